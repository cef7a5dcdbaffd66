package io.keywarden.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.credential.Credential.Claim;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.testkit.Samples;
import io.keywarden.token.CredentialSource.Form;
import io.keywarden.token.TokenSecret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFormsTest {
    private static final Hiding HIDING = new Hiding.RemoveHeader("x");
    private static final TokenSecret SECRET = TokenSecret.of("S".repeat(TokenSecret.LENGTH));
    private static final String ID = Samples.TOKEN_ID.text();
    private static final String OURS = TokenText.format("kw", Samples.TOKEN_ID, SECRET);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SU-160-984-311:s3cret|SU-160-984-311|s3cret",
                "a:b:c|a|b:c",
                "7::|7|:",
                "a:!#$%&'()*+./<=>?@[]^_`{}~|a|!#$%&'()*+./<=>?@[]^_`{}~"
            })
    void read_idOfACustomer_isNamedWithItsSecret(String text, String id, String secret) {
        Presented presented = read(Form.ID_AND_SECRET, text);
        assertThat(presented.claim()).isEqualTo(new Claim.OfCredentialId(id));
        assertThat(presented.secret().reveal()).isEqualTo(secret.getBytes(StandardCharsets.US_ASCII));
        assertThat(presented.hiding()).isEqualTo(HIDING);
    }

    @Test
    void read_longestIdOfACustomer_isNamed() {
        String id = "i".repeat(63);
        assertThat(read(Form.ID_AND_SECRET, id + ":s").claim()).isEqualTo(new Claim.OfCredentialId(id));
        assertNone(Form.ID_AND_SECRET, "i" + id + ":s");
        assertThat(read(Form.ID_AND_SECRET, id + ":" + "s".repeat(384)).claim())
                .isEqualTo(new Claim.OfCredentialId(id));
        assertNone(Form.ID_AND_SECRET, id + ":" + "s".repeat(385));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                ":b",
                "a",
                "-a:b",
                "a_b:c",
                "a.b:c",
                "a b:c",
                "a:b c",
                "a:b,c",
                "a:\u00e9",
                "a:\u007f",
                "a:\tb",
                "\u00e9:b"
            })
    void read_noIdAndSecret_isEmpty(String text) {
        assertNone(Form.ID_AND_SECRET, text);
    }

    /** What has the form of our id is ours, whoever made it: else a made-up one could be looked up in Redis. */
    @Test
    void read_idThatHasTheFormOfOurs_isNeverACustomers() {
        String pair = TokenText.formatPair(Samples.TOKEN_ID, SECRET);
        assertThat(read(Form.ID_AND_SECRET, pair).claim()).isEqualTo(new Claim.OfToken(Samples.TOKEN_ID));
        assertNone(Form.ID_AND_SECRET, pair + "x");
        assertNone(Form.ID_AND_SECRET, ID + ":other-secret");
        assertThat(CredentialForms.isCredentialId(ID)).isFalse();
        assertThat(CredentialForms.isCredentialId(ID.substring(1))).isTrue();
        assertThat(read(Form.ID_AND_SECRET, ID + "-:other-secret").claim())
                .isEqualTo(new Claim.OfCredentialId(ID + "-"));
    }

    @Test
    void isCredentialId_edgesOfTheAlphabet_areInIt() {
        for (String in : List.of("a", "z", "A", "Z", "0", "9", "aazzAAZZ0099-")) {
            assertThat(CredentialForms.isCredentialId(in)).as(in).isTrue();
        }
        for (char beside : "`{@[/:".toCharArray()) {
            assertThat(CredentialForms.isCredentialId(String.valueOf(beside)))
                    .as("%s", beside)
                    .isFalse();
            assertThat(CredentialForms.isCredentialId("a" + beside))
                    .as("a%s", beside)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abcd1234", "x", "a:b", "kw_x_y", "!~", "\"quoted\"", "ab==", "a%20b"})
    void read_opaque_isTheSecretAlone(String text) {
        Presented presented = read(Form.OPAQUE, text);
        assertThat(presented.claim()).isEqualTo(new Claim.OfSecret());
        assertThat(presented.secret().reveal()).isEqualTo(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", " a", "a ", "a,b", "a\tb", "\u0000", "\u007f", "\u00e9", "\u20ac"})
    void read_noOpaqueSecret_isEmpty(String text) {
        assertNone(Form.OPAQUE, text);
    }

    @Test
    void read_ourTokenWhereAnOpaqueSecretMayStand_isOurs() {
        assertThat(read(Form.OPAQUE, OURS).claim()).isEqualTo(new Claim.OfToken(Samples.TOKEN_ID));
        String wrongChecksum = OURS.substring(0, OURS.length() - 1) + (OURS.endsWith("0") ? "1" : "0");
        assertThat(read(Form.OPAQUE, wrongChecksum).claim()).isEqualTo(new Claim.OfSecret());
    }

    @Test
    void read_opaqueSecretWhereATokenMustStand_isEmpty() {
        assertNone(Form.TOKEN, "abcd1234");
        assertNone(Form.TOKEN, "SU-160-984-311:s3cret");
    }

    private static Presented read(Form form, String text) {
        return CredentialForms.read(form, text, HIDING).orElseThrow();
    }

    private static void assertNone(Form form, String text) {
        assertThat(CredentialForms.read(form, text, HIDING)).isEmpty();
    }
}
