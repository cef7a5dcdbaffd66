package io.keywarden.admin;

/**
 * What a command that writes comes to.
 *
 * @param value what it made or changed
 * @param times what is known of the write
 * @param <T> of what kind
 */
record Written<T>(T value, Times times) {}
