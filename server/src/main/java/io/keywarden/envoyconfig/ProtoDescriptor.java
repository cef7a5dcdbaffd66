package io.keywarden.envoyconfig;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import java.util.function.Function;

/** Where Envoy's JSON transcoder finds the Admin API's compiled descriptor set. */
public sealed interface ProtoDescriptor {

    <R> R fold(Function<? super InFile, R> onFile, Function<? super Inline, R> onInline);

    /** The path of a file, as Envoy sees it; a relative one starts at Envoy's working folder. */
    record InFile(String path) implements ProtoDescriptor {

        public InFile {
            requireNonNull(path, "path");
            if (path.isBlank()) {
                throw new IllegalArgumentException("path: blank (expected: the path of the descriptor set)");
            }
        }

        @Override
        public <R> R fold(Function<? super InFile, R> onFile, Function<? super Inline, R> onInline) {
            return onFile.apply(this);
        }
    }

    /** The descriptor set itself, for a configuration that must be one file. */
    record Inline(ByteString descriptorSet) implements ProtoDescriptor {

        public Inline {
            requireNonNull(descriptorSet, "descriptorSet");
        }

        @Override
        public <R> R fold(Function<? super InFile, R> onFile, Function<? super Inline, R> onInline) {
            return onInline.apply(this);
        }
    }
}
