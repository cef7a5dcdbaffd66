package io.keywarden.admin;

/** Carries a failure out of a command. It is for flow inside this package, so it has no stack trace. */
final class AdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient AdminFailure failure;

    AdminException(AdminFailure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    AdminFailure failure() {
        return failure;
    }
}
