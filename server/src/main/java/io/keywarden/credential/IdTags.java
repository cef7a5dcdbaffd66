package io.keywarden.credential;

import io.keywarden.token.Base62;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The keyed tags in token ids: 40 bits of an HMAC over the rest of the id. Who does not know the key makes up an id that
 * passes once in 2^40 tries, so a flood of made-up ids costs Redis nothing.
 */
public final class IdTags {
    private static final byte[] CONTEXT = "keywarden id tag 1".getBytes(StandardCharsets.US_ASCII);
    private static final int RANDOM_LENGTH = TokenId.TAG_START - SlotTag.LENGTH;
    private static final int TAG_LENGTH = TokenId.LENGTH - TokenId.TAG_START;

    private final HmacKeys keys;

    /** Takes the tag keys. */
    public IdTags(HmacKeys keys) {
        this.keys = keys;
    }

    /** Makes the id of a new token of the tenant that has this slot tag. */
    public TokenId issue(SlotTag slot, SecureRandom random) {
        StringBuilder text = new StringBuilder(slot.text());
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            text.append(Base62.ALPHABET.charAt(random.nextInt(62)));
        }
        return new TokenId(text + tag(keys.activeId(), text.toString()));
    }

    /** Whether somebody with a tag key made this id. Takes the same time for every id. */
    public boolean isGenuine(TokenId id) {
        byte[] presented = id.tag().getBytes(StandardCharsets.US_ASCII);
        boolean genuine = false;
        for (int key : keys.ids()) {
            byte[] right = tag(key, id.untagged()).getBytes(StandardCharsets.US_ASCII);
            genuine |= MessageDigest.isEqual(right, presented);
        }
        return genuine;
    }

    /** The id of the key that an id's tag was made with; empty where it is none of the live ones. */
    public Optional<Integer> keyOf(TokenId id) {
        return keys.ids().stream()
                .filter(key -> tag(key, id.untagged()).equals(id.tag()))
                .findFirst();
    }

    private String tag(int key, String untagged) {
        byte[] code = keys.mac(key, CONTEXT, untagged.getBytes(StandardCharsets.US_ASCII));
        long bits40 = ByteBuffer.wrap(code).getLong() >>> 24;
        return Base62.encode(bits40, TAG_LENGTH);
    }
}
