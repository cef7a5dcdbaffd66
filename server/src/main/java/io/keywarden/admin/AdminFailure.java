package io.keywarden.admin;

import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.policy.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Why a call of the Admin API failed. Each kind carries what it knows, and can say it; none ever holds a secret. */
sealed interface AdminFailure {
    /** The status code. */
    Code code();

    /** The stable name of the reason. */
    String reasonName();

    /** What people read. */
    String message();

    /** What programs read besides the reason. */
    default Map<String, String> metadata() {
        return Map.of();
    }

    /** What else goes with the status. */
    default List<Message> details() {
        return List.of();
    }

    /**
     * Fields of the request are wrong.
     *
     * @param violations which, and what was expected: as many as fit in an answer's trailers
     * @param count how many there are
     */
    record FieldsInvalid(List<BadRequest.FieldViolation> violations, int count) implements AdminFailure {
        @Override
        public Code code() {
            return Code.INVALID_ARGUMENT;
        }

        @Override
        public String reasonName() {
            return ErrorReason.FIELD_INVALID.name();
        }

        @Override
        public String message() {
            BadRequest.FieldViolation first = violations.get(0);
            String more = count > 1 ? "; " + (count - 1) + " more" : "";
            return first.getField() + " (expected: " + first.getDescription() + ")" + more;
        }

        @Override
        public List<Message> details() {
            return List.of(
                    BadRequest.newBuilder().addAllFieldViolations(violations).build());
        }
    }

    /** The request_id was used for something else. */
    record RequestIdReused() implements AdminFailure {
        @Override
        public Code code() {
            return Code.INVALID_ARGUMENT;
        }

        @Override
        public String reasonName() {
            return ErrorReason.REQUEST_ID_REUSED.name();
        }

        @Override
        public String message() {
            return "request_id was used for a request with other content (expected: a new one, or the same content)";
        }

        @Override
        public List<Message> details() {
            return List.of(BadRequest.newBuilder()
                    .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                            .setField("request_id")
                            .setDescription("one that was not used for other content"))
                    .build());
        }
    }

    /**
     * A name is taken.
     *
     * @param reason NAME_TAKEN, ID_TAKEN or HOST_TAKEN
     * @param type of what kind of resource
     * @param name the name
     */
    record Taken(ErrorReason reason, ResourceType type, String name) implements AdminFailure {
        @Override
        public Code code() {
            return Code.ALREADY_EXISTS;
        }

        @Override
        public String reasonName() {
            return reason.name();
        }

        @Override
        public String message() {
            return name + " is taken";
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("name", name);
        }

        @Override
        public List<Message> details() {
            return List.of(type.info(name, message()));
        }
    }

    /**
     * There is no such resource.
     *
     * @param type of what kind
     * @param name its resource name
     */
    record Missing(ResourceType type, String name) implements AdminFailure {
        @Override
        public Code code() {
            return Code.NOT_FOUND;
        }

        @Override
        public String reasonName() {
            return type.notFound().name();
        }

        @Override
        public String message() {
            return name + " is not there";
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("name", name);
        }

        @Override
        public List<Message> details() {
            return List.of(type.info(name, message()));
        }
    }

    /**
     * A resource is in a state that does not allow this.
     *
     * @param reason such as TOKEN_REVOKED
     * @param name its resource name
     * @param description what the state is, and what it means
     */
    record WrongState(ErrorReason reason, String name, String description) implements AdminFailure {
        @Override
        public Code code() {
            return Code.FAILED_PRECONDITION;
        }

        @Override
        public String reasonName() {
            return reason.name();
        }

        @Override
        public String message() {
            return name + " " + description;
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("name", name);
        }

        @Override
        public List<Message> details() {
            return List.of(PreconditionFailure.newBuilder()
                    .addViolations(PreconditionFailure.Violation.newBuilder()
                            .setType(reason.name())
                            .setSubject(name)
                            .setDescription(description))
                    .build());
        }
    }

    /**
     * A resource is not as the given etag says, or other writers kept winning.
     *
     * @param type of what kind
     * @param name its resource name
     * @param description what was met
     */
    record LostRace(ResourceType type, String name, String description) implements AdminFailure {
        @Override
        public Code code() {
            return Code.ABORTED;
        }

        @Override
        public String reasonName() {
            return ErrorReason.ETAG_MISMATCH.name();
        }

        @Override
        public String message() {
            return name + " " + description;
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("name", name);
        }

        @Override
        public List<Message> details() {
            return List.of(type.info(name, description));
        }
    }

    /**
     * The caller lacks a right.
     *
     * @param operation the operation of module {@code keywarden} that is needed; empty where nobody may call it
     */
    record NotPermitted(String operation) implements AdminFailure {
        @Override
        public Code code() {
            return Code.PERMISSION_DENIED;
        }

        @Override
        public String reasonName() {
            return ErrorReason.ROLE_MISSING.name();
        }

        @Override
        public String message() {
            return operation.isEmpty() ? "nobody may call this" : "the caller needs " + qualified();
        }

        @Override
        public Map<String, String> metadata() {
            return operation.isEmpty() ? Map.of() : Map.of("operation", qualified());
        }

        private String qualified() {
            return AdminOperations.MODULE + "." + operation;
        }
    }

    /**
     * Somebody would get more than they may have, or than the caller may give.
     *
     * @param reason BEYOND_CALLER or BEYOND_OWNER
     * @param what what they would get
     */
    record BeyondRights(ErrorReason reason, String what) implements AdminFailure {
        @Override
        public Code code() {
            return Code.PERMISSION_DENIED;
        }

        @Override
        public String reasonName() {
            return reason.name();
        }

        @Override
        public String message() {
            return what + " is more than " + (reason == ErrorReason.BEYOND_OWNER ? "the owner" : "the caller") + " has";
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("beyond", what);
        }
    }

    /**
     * Too many calls of a kind.
     *
     * @param what what there was too much of, for people
     * @param delay how long to wait before the next one
     */
    record RateLimited(String what, Duration delay) implements AdminFailure {
        @Override
        public Code code() {
            return Code.RESOURCE_EXHAUSTED;
        }

        @Override
        public String reasonName() {
            return ErrorReason.RATE_LIMITED.name();
        }

        @Override
        public String message() {
            return what;
        }

        @Override
        public List<Message> details() {
            return List.of(RetryInfo.newBuilder()
                    .setRetryDelay(StoreBounds.duration(delay))
                    .build());
        }
    }

    /**
     * Nobody is known to call.
     *
     * @param reason one of the check's own
     */
    record NotAuthenticated(Reason reason) implements AdminFailure {
        @Override
        public Code code() {
            return Code.UNAUTHENTICATED;
        }

        @Override
        public String reasonName() {
            return reason.name();
        }

        @Override
        public String message() {
            return reason.afterProof()
                    ? "the token may not call now: " + reason.name()
                    : "no valid credential (expected: authorization: Bearer TOKEN, once)";
        }
    }

    /**
     * The store could not do its part.
     *
     * @param reason STORE_UNAVAILABLE, STALE_STATE, RECORD_TAMPERED or INTERNAL
     * @param effect what is known of the write
     */
    record StoreFailed(Reason reason, Effect effect) implements AdminFailure {
        /** What is known of a write that failed. */
        enum Effect {
            /** Nothing was written. */
            NOTHING_WRITTEN("no", "nothing was written"),
            /** It may have been written, or not, or may still be. */
            UNKNOWN("unknown", "it is not known whether it was written: a repeat with the same request_id finds out");

            private final String written;
            private final String description;

            Effect(String written, String description) {
                this.written = written;
                this.description = description;
            }
        }

        @Override
        public Code code() {
            return Code.UNAVAILABLE;
        }

        @Override
        public String reasonName() {
            return reason.name();
        }

        @Override
        public String message() {
            return "the store cannot be used now (" + reason.name() + "); " + effect.description;
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("written", effect.written);
        }
    }

    /** A kind of resource of the Admin API. */
    enum ResourceType {
        /** A tenant. */
        TENANT("keywarden.io/Tenant", ErrorReason.TENANT_NOT_FOUND),
        /** A catalog. */
        CATALOG("keywarden.io/Catalog", ErrorReason.CATALOG_NOT_FOUND),
        /** A module. */
        MODULE("keywarden.io/Module", ErrorReason.MODULE_NOT_FOUND),
        /** An owner. */
        OWNER("keywarden.io/Owner", ErrorReason.OWNER_NOT_FOUND),
        /** A token. */
        TOKEN("keywarden.io/Token", ErrorReason.TOKEN_NOT_FOUND);

        private final String typeName;
        private final ErrorReason notFound;

        ResourceType(String typeName, ErrorReason notFound) {
            this.typeName = typeName;
            this.notFound = notFound;
        }

        ErrorReason notFound() {
            return notFound;
        }

        ResourceInfo info(String name, String description) {
            return ResourceInfo.newBuilder()
                    .setResourceType(typeName)
                    .setResourceName(name)
                    .setDescription(description)
                    .build();
        }
    }
}
