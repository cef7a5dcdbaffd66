package io.keywarden.envoy.requirements;

/** The 31 behaviours, and what of them later work brings. */
enum Row {
    TENANT(1, "a token works only in the tenant that its host names"),
    UNIQUE_NAMES(2, "names of tokens are unique in a tenant"),
    OWNER(3, "a token never has more rights than its owner has now"),
    MATRIX(4, "rights are modules times read, create, edit and delete"),
    IMMUTABLE(5, "an immutable token can't be edited, and still be disabled, rotated and deleted"),
    PRIORITY(6, "priority reaches the proxy and the upstream"),
    TYPES(7, "types with default rights; modules or all of them; each module in the details"),
    LISTS(8, "list, enable, disable and delete", "filters"),
    EDIT(9, "details, and edit with a field mask"),
    VIEW_LATER(10, "the key can be viewed later, where the tenant chose so"),
    CUSTOMERS_ID(11, "`ApiKey id:secret` with a customer's own id, at a path with a slash at its end"),
    SERVICE_TOKENS(12, "service tokens, which are nobody's"),
    OPERATIONS(13, "rights to single operations"),
    ALLOWLISTS(14, "allowlists of addresses and countries"),
    EXPIRATION(15, "an expiration date; what expires soon is told"),
    ACTIVATE(16, "activate and deactivate at any time"),
    HISTORY(17, "the history of every change can be read"),
    ROTATION(18, "rotation without disruption"),
    RESTRICTED(19, "restricted APIs are closed to whoever does not name them"),
    USAGE(20, "a report of the use of each key", "all of it"),
    CREATORS_RIGHTS(21, "read-only tenants; only rights that the creator has can be given"),
    CLIENTS(22, "a token can be limited to clients of a tenant"),
    END(23, "an end date and time; without one it does not expire"),
    SHOWN_ONCE(24, "the secret is shown once"),
    OPAQUE(25, "any scheme name with an opaque secret", "tokens from other systems"),
    REFRESH(26, "automatic and manual refresh"),
    START_OF_DOMAIN(27, "the tenant is the start of the domain"),
    TRY_IT(28, "requests can be tried from a page of a browser, and explained"),
    WHY(29, "an unauthenticated answer says why"),
    REVOKE(30, "access can be revoked at once"),
    FORMS(31, "bearer tokens, own headers, query parameters and cookies");

    private final int number;
    private final String behaviour;
    private final String open;

    Row(int number, String behaviour) {
        this(number, behaviour, "");
    }

    Row(int number, String behaviour, String open) {
        this.number = number;
        this.behaviour = behaviour;
        this.open = open;
    }

    int number() {
        return number;
    }

    String behaviour() {
        return behaviour;
    }

    /** What is not there yet; empty where everything is. */
    String open() {
        return open;
    }

    boolean isWhollyOpen() {
        return open.equals("all of it");
    }
}
