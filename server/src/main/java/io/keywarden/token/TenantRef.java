package io.keywarden.token;

/**
 * Which tenant, and where its record is.
 *
 * @param uid its identity
 * @param slot the slot of its records
 */
public record TenantRef(Uid uid, SlotTag slot) {}
