package io.keywarden.envoy.requirements;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which of the behaviours a test shows, and from which side. {@code docs/requirements.md} is made from it. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Requirement.All.class)
public @interface Requirement {
    /** The number of the behaviour. */
    int value();

    /** What the test sees. */
    Side[] side();

    /** The two sides of a behaviour. */
    enum Side {
        /** What is meant to work works. */
        ALLOWS,
        /** What is meant to fail fails. */
        REFUSES
    }

    /** Several of them. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        /** The behaviours. */
        Requirement[] value();
    }
}
