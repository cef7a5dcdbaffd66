package io.keywarden.admin;

import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.RotationPolicy;
import io.keywarden.admin.v1.Token;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Checks the fields of a token that is to be made. */
final class TokenChecks {
    private static final int MAX_DESCRIPTION = 2_000;
    private static final int MAX_WORDS = 64;
    private static final int MAX_WORD = 63;
    private static final int MAX_ANNOTATION_BYTES = 4 * 1024;

    private TokenChecks() {}

    /** Notes what is wrong with a request by itself, and answers the tenant's id; empty where that is wrong too. */
    static Optional<String> check(FieldChecks checks, CreateTokenRequest request) {
        Optional<String> tenant = ResourceNames.tenant(checks, "parent", request.getParent());
        checks.requestId(request.getRequestId());
        SecretForms.check(checks, "recipient_jwk", request.getRecipientJwk());
        check(checks, request.getToken(), tenant.orElse(""));
        OwnerChoice.check(
                checks, "token.owner", tenant.orElse(""), request.getToken().getOwner());
        return tenant;
    }

    /** Notes what is wrong with the fields of a token by themselves. */
    static void check(FieldChecks checks, Token token, String tenantId) {
        checks.displayName("token.display_name", token.getDisplayName());
        checks.longest("token.description", token.getDescription(), MAX_DESCRIPTION);
        GrantChecks.check(checks, "token.grants", token.getGrantsList(), tenantId);
        times(checks, token);
        LabelChecks.check(checks, "token.labels", token.getLabelsMap());
        annotations(checks, token.getAnnotationsMap());
        TokenRuleChecks.form(checks, token);
        SecretForms.check(checks, "token.delivery_jwk", token.getDeliveryJwk());
        // An empty one is none: that is how an update takes one away.
        if (!token.getRotationPolicy().equals(RotationPolicy.getDefaultInstance())) {
            RotationSchedule.check(checks, "token.rotation_policy", token.getRotationPolicy());
        }
    }

    private static void times(FieldChecks checks, Token token) {
        boolean begins = !token.hasNotBeforeTime() || Timestamps.isValid(token.getNotBeforeTime());
        boolean ends = !token.hasExpireTime() || Timestamps.isValid(token.getExpireTime());
        checks.require(begins, "token.not_before_time", "a time from year 1 to 9999");
        checks.require(ends, "token.expire_time", "a time from year 1 to 9999");
        if (begins && ends && token.hasNotBeforeTime() && token.hasExpireTime()) {
            boolean ordered = Timestamps.compare(token.getNotBeforeTime(), token.getExpireTime()) < 0;
            checks.require(ordered, "token.expire_time", "a time after not_before_time");
        }
    }

    private static void annotations(FieldChecks checks, Map<String, String> annotations) {
        checks.require(annotations.size() <= MAX_WORDS, "token.annotations", "at most " + MAX_WORDS + " annotations");
        boolean keys = annotations.keySet().stream().allMatch(key -> !key.isEmpty() && isShort(key));
        checks.require(keys, "token.annotations", "keys of 1 to " + MAX_WORD + " characters");
        annotations.values().forEach(value -> checks.noToken("token.annotations", value));
        int bytes = annotations.entrySet().stream()
                .mapToInt(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                .sum();
        checks.require(bytes <= MAX_ANNOTATION_BYTES, "token.annotations", "at most 4 KiB of keys and values");
    }

    private static boolean isShort(String text) {
        return text.codePointCount(0, text.length()) <= MAX_WORD;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
