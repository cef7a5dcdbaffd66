package io.keywarden.redis;

/** The password of a Redis user. Has no equality and prints nothing of itself. */
public final class RedisPassword {
    private final char[] password;

    /** Takes a copy of a password. */
    public RedisPassword(char[] password) {
        this.password = password.clone();
    }

    char[] reveal() {
        return password.clone();
    }

    @Override
    public String toString() {
        return "RedisPassword[hidden]";
    }
}
