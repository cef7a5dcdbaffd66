package io.keywarden.admin;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which fields of a resource an update sets (AIP-134): the ones that its mask names; all that can be changed with {@code *};
 * those that are set in the resource where there is no mask. A message that is a group of fields, such as a token policy, can
 * be named as a whole or by its fields.
 */
final class ResourceUpdate {
    private static final String ALL = "*";

    private final Set<String> paths;
    private final boolean named;

    private ResourceUpdate(Set<String> paths, boolean named) {
        this.paths = paths;
        this.named = named;
    }

    /** Reads a request's mask; notes what it names that nobody can change. */
    static ResourceUpdate of(FieldChecks checks, FieldMask mask, Message given) {
        Descriptor type = given.getDescriptorForType();
        List<String> mutable = leaves(type);
        Set<String> paths = new LinkedHashSet<>();
        if (mask.getPathsCount() == 0) {
            mutable.stream().filter(path -> isSet(given, path)).forEach(paths::add);
            checks.require(!paths.isEmpty(), "update_mask", "at least one field that is changed");
            return new ResourceUpdate(paths, false);
        }
        if (mask.getPathsList().equals(List.of(ALL))) {
            return new ResourceUpdate(new LinkedHashSet<>(mutable), false);
        }
        for (int i = 0; i < mask.getPathsCount(); i++) {
            String path = mask.getPaths(i);
            List<String> meant = mutable.stream()
                    .filter(leaf -> leaf.equals(path) || leaf.startsWith(path + "."))
                    .toList();
            checks.require(!meant.isEmpty(), "update_mask.paths[" + i + "]", expected(type, path));
            paths.addAll(meant);
        }
        return new ResourceUpdate(paths, true);
    }

    /** Whether a field is set. */
    boolean sets(String path) {
        return paths.contains(path);
    }

    /** Whether it is one of these fields that is set, and nothing else. */
    boolean setsOnly(Set<String> only) {
        return only.containsAll(paths);
    }

    /** What is stored, with what is given in its place. The caller names a resource of the same type twice. */
    <M extends Message> M merge(M stored, M given, Class<M> type) {
        Message.Builder merged = stored.toBuilder();
        paths.forEach(path -> copy(path, given, merged));
        return type.cast(merged.build());
    }

    /** Notes fields that can be given when a resource is made only, where they are given and differ. */
    void requireUnchanged(FieldChecks checks, String prefix, Message stored, Message given) {
        if (named) {
            return;
        }
        for (FieldDescriptor field : given.getDescriptorForType().getFields()) {
            boolean fixed = behavior(field).contains(FieldBehavior.IMMUTABLE) && given.hasField(field);
            boolean same = !fixed || given.getField(field).equals(stored.getField(field));
            checks.require(same, prefix + "." + field.getName(), "as it is: " + otherWay(field.getName()));
        }
    }

    private static String expected(Descriptor type, String path) {
        FieldDescriptor field = type.findFieldByName(path);
        boolean fixed = field != null && behavior(field).contains(FieldBehavior.IMMUTABLE);
        return fixed ? "another field: " + otherWay(path) : "a field that can be changed, or * alone for all of them";
    }

    private static String otherWay(String field) {
        return field.equals("owner") ? "ReassignToken changes the owner" : "no update changes it";
    }

    private static void copy(String path, Message from, Message.Builder to) {
        int dot = path.indexOf('.');
        FieldDescriptor field = field(from.getDescriptorForType(), dot < 0 ? path : path.substring(0, dot));
        if (dot >= 0) {
            Message.Builder nested = ((Message) to.getField(field)).toBuilder();
            copy(path.substring(dot + 1), (Message) from.getField(field), nested);
            to.setField(field, nested.build());
        } else if (field.isRepeated() || from.hasField(field)) {
            to.setField(field, from.getField(field));
        } else {
            to.clearField(field);
        }
    }

    private static boolean isSet(Message given, String path) {
        int dot = path.indexOf('.');
        FieldDescriptor field = field(given.getDescriptorForType(), dot < 0 ? path : path.substring(0, dot));
        if (dot >= 0) {
            return isSet((Message) given.getField(field), path.substring(dot + 1));
        }
        return field.isRepeated() ? given.getRepeatedFieldCount(field) > 0 : given.hasField(field);
    }

    private static List<String> leaves(Descriptor type) {
        List<String> leaves = new ArrayList<>();
        for (FieldDescriptor field : type.getFields()) {
            List<FieldBehavior> behavior = behavior(field);
            boolean fixed = behavior.contains(FieldBehavior.OUTPUT_ONLY)
                    || behavior.contains(FieldBehavior.IDENTIFIER)
                    || behavior.contains(FieldBehavior.IMMUTABLE);
            if (fixed) {
                continue;
            }
            if (isGroup(field)) {
                leaves(field.getMessageType()).forEach(leaf -> leaves.add(field.getName() + "." + leaf));
            } else {
                leaves.add(field.getName());
            }
        }
        return leaves;
    }

    /** Whether a field holds fields that mean something by themselves; one of several things is set as a whole. */
    private static boolean isGroup(FieldDescriptor field) {
        return !field.isRepeated()
                && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getMessageType().getOneofs().isEmpty()
                && !field.getMessageType().getFullName().startsWith("google.protobuf.");
    }

    private static FieldDescriptor field(Descriptor type, String name) {
        FieldDescriptor field = type.findFieldByName(name);
        if (field == null) {
            throw new IllegalArgumentException(name + " (expected: a field of " + type.getFullName() + ")");
        }
        return field;
    }

    private static List<FieldBehavior> behavior(FieldDescriptor field) {
        return field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior);
    }
}
