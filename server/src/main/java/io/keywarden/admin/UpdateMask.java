package io.keywarden.admin;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import java.util.List;

/**
 * The fields of a resource that an update may change, and how it says which it does: by their names, by {@code *} for all of
 * them, or, where it says nothing, those that are set. A field is replaced as a whole.
 *
 * @param <T> the resource
 */
final class UpdateMask<T extends Message> {
    private static final String FIELD = "update_mask";
    private static final String ALL = "*";

    private final List<FieldDescriptor> fields;

    private UpdateMask(List<FieldDescriptor> fields) {
        this.fields = fields;
    }

    /** The mask of a resource that may be changed in some fields. */
    static <T extends Message> UpdateMask<T> of(Class<T> type, String... names) {
        Descriptor descriptor = Internal.getDefaultInstance(type).getDescriptorForType();
        return new UpdateMask<>(
                List.of(names).stream().map(descriptor::findFieldByName).toList());
    }

    /** Notes a path that is not one of these fields. */
    void check(FieldChecks checks, FieldMask mask) {
        boolean all = mask.getPathsList().equals(List.of(ALL));
        boolean known = mask.getPathsList().stream()
                .allMatch(path ->
                        fields.stream().anyMatch(field -> field.getName().equals(path)));
        List<String> names = fields.stream().map(FieldDescriptor::getName).toList();
        checks.require(all || known, FIELD, "of " + String.join(", ", names) + ", or * alone");
    }

    /** A resource with the fields that a mask names as an update has them, and all others as they are. */
    T apply(FieldMask mask, T update, T current) {
        Message.Builder merged = current.toBuilder();
        for (FieldDescriptor field : fields) {
            if (!isNamed(mask, field, update)) {
                continue;
            }
            if (isSet(update, field)) {
                merged.setField(field, update.getField(field));
            } else {
                merged.clearField(field);
            }
        }
        // A builder builds what it was made from.
        @SuppressWarnings("unchecked")
        T result = (T) merged.build();
        return result;
    }

    private static boolean isNamed(FieldMask mask, FieldDescriptor field, Message update) {
        return mask.getPathsCount() == 0
                ? isSet(update, field)
                : mask.getPathsList().contains(ALL) || mask.getPathsList().contains(field.getName());
    }

    private static boolean isSet(Message message, FieldDescriptor field) {
        return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
    }
}
