package io.keywarden.admin;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.keywarden.token.Names;
import java.util.List;
import java.util.Optional;

/**
 * What a request is about: the resource name in the field that its RPC declares. A name that is not one of a tenant is about
 * no single tenant, so that the right to it has to be for all of them.
 *
 * @param parts the parts of the name; empty where it is not one of a tenant
 */
record RequestSubject(List<String> parts) {
    /** What is about no single tenant. */
    static final RequestSubject NO_TENANT = new RequestSubject(List.of());

    /** Copies the list. */
    RequestSubject {
        parts = List.copyOf(parts);
    }

    /**
     * Reads it from a request.
     *
     * @param path the field, with a dot before the fields of messages in it; empty text for none
     */
    static RequestSubject of(Message request, String path) {
        if (path.isEmpty()) {
            return NO_TENANT;
        }
        Message message = request;
        String[] steps = path.split("\\.", -1);
        for (int i = 0; i < steps.length; i++) {
            FieldDescriptor field = message.getDescriptorForType().findFieldByName(steps[i]);
            if (field == null || field.isRepeated()) {
                throw new IllegalStateException(path + " of "
                        + message.getDescriptorForType().getFullName() + " (expected: a field that is there once)");
            }
            Object value = message.getField(field);
            if (i == steps.length - 1) {
                return of(String.valueOf(value));
            }
            message = (Message) value;
        }
        throw new IllegalStateException(path + " (expected: a field)");
    }

    private static RequestSubject of(String name) {
        List<String> parts = List.of(name.split("/", -1));
        boolean ofTenant = parts.size() >= 2
                && parts.size() % 2 == 0
                && parts.get(0).equals("tenants")
                && Names.isLabel(parts.get(1));
        return ofTenant ? new RequestSubject(parts) : NO_TENANT;
    }

    /** The id of the tenant; empty where it is about no single one. */
    Optional<String> tenant() {
        return parts.isEmpty() ? Optional.empty() : Optional.of(parts.get(1));
    }

    /** Whether it is a tenant itself, with nothing below it. */
    boolean isTenant() {
        return parts.size() == 2;
    }

    /** The id of what is in a collection of the tenant; empty where it is something else. */
    Optional<String> in(String collection) {
        return parts.size() == 4 && parts.get(2).equals(collection) ? Optional.of(parts.get(3)) : Optional.empty();
    }
}
