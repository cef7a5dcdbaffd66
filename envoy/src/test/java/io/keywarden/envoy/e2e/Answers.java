package io.keywarden.envoy.e2e;

import io.keywarden.policy.Reason;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test that sees a reason through Envoy: status, headers, body and dynamic metadata. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Answers {
    /** The reason. */
    Reason value();
}
