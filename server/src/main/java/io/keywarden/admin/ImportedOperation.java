package io.keywarden.admin;

import io.keywarden.admin.v1.Operation;

/**
 * An operation that a description describes.
 *
 * @param operation the operation
 * @param source where the description says so
 * @param rule what made its action
 */
record ImportedOperation(Operation operation, String source, String rule) {}
