package io.keywarden.config;

import java.nio.file.Path;

/**
 * Which keys this process has.
 *
 * @param file a file that {@code keywarden init-keys} made: {@code admin.keys} for Admin, {@code check.keys} for check
 */
public record KeysConfig(Path file) {}
