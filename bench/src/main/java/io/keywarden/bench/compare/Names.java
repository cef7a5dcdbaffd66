package io.keywarden.bench.compare;

/** What the servers are called in the tables. */
final class Names {
    static final String FLOOR = "floor-java";
    static final String YES_GO = "yes-go";
    static final String REDIS_GO = "redis-go";
    static final String OPA_GO = "opa-go";
    static final String KEYWARDEN = "keywarden";
    static final String DENYING = "keywarden, denying";
    static final String ZIPF = "keywarden, zipf";
    static final String COLD = "keywarden, cold";

    private Names() {}
}
