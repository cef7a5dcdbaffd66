package io.keywarden.matrix;

/**
 * One state of everything that a decision looks at.
 *
 * @param credential what came of the credential
 * @param token what someone decided about the token
 * @param tenant what the token's tenant is like
 * @param owner what the token's owner is like
 * @param time what the clock says of the token
 * @param host whom the request is for
 * @param place for whom and from where it is
 * @param need what it needs
 * @param access whether it needs a credential
 * @param shadow what a shadow is over
 */
record Case(
        Credential credential,
        TokenIs token,
        TenantIs tenant,
        OwnerIs owner,
        Time time,
        Host host,
        Place place,
        Needs need,
        Asks access,
        ShadowOver shadow) {
    enum Credential {
        MISSING,
        MALFORMED,
        DUPLICATE,
        WRONG,
        UNKNOWN_PEPPER,
        ENDED,
        LIVE
    }

    enum TokenIs {
        ACTIVE,
        DISABLED,
        REVOKED,
        DELETED
    }

    enum TenantIs {
        ACTIVE,
        DISABLED,
        GONE,
        /** All of its tokens were revoked after this one was made. */
        REVOKED_ALL,
        /** It is the one whose tokens are for Admin. */
        SYSTEM
    }

    enum OwnerIs {
        NOBODY,
        ACTIVE,
        DISABLED,
        GONE,
        /** All of their tokens were revoked after this one was given to them. */
        REVOKED_ALL,
        /** They may do nothing. */
        WITHOUT_RIGHTS
    }

    enum Time {
        NOW,
        EXPIRED,
        /** It is older than the tenant's tokens may be. */
        TOO_OLD,
        NOT_YET
    }

    enum Host {
        OWN,
        OTHER,
        NOBODYS
    }

    enum Place {
        ANYWHERE,
        /** There are lists, and the request is on all of them. */
        LISTED,
        OTHER_CLIENT,
        UNKNOWN_CLIENT,
        OTHER_ADDRESS,
        UNKNOWN_ADDRESS,
        OTHER_COUNTRY,
        UNKNOWN_COUNTRY,
        /** None of it is right. */
        ALL_WRONG
    }

    enum Needs {
        /** Something that the token may do. */
        GRANTED,
        NOT_GRANTED,
        /** Something that the token may do, and the tenant's tokens may not. */
        NOT_FOR_THE_TENANT,
        UNKNOWN,
        UNREADABLE
    }

    enum Asks {
        REQUIRED,
        OPTIONAL,
        PUBLIC
    }

    enum ShadowOver {
        NOTHING,
        TOKEN,
        TENANT,
        MODULE,
        /** It was over all of them, and is over. */
        ENDED
    }
}
