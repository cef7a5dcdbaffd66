package io.keywarden.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.keywarden.credential.Credential.Presented;
import io.keywarden.testkit.Samples;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Form;
import io.keywarden.token.CredentialSource.Place;
import io.keywarden.token.TokenSecret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialParserTest {
    private static final TokenSecret SECRET = TokenSecret.of("S".repeat(TokenSecret.LENGTH));
    private static final String TOKEN = TokenText.format("kw", Samples.TOKEN_ID, SECRET);
    private static final String PAIR = TokenText.formatPair(Samples.TOKEN_ID, SECRET);

    @ParameterizedTest
    @ValueSource(strings = {"Bearer TOKEN", "bearer TOKEN", "BEARER TOKEN", "ApiKey PAIR", "APIKEY PAIR"})
    void parse_authorization_isPresented(String value) {
        assertPresented(parse("authorization", value), "authorization");
    }

    @Test
    void parse_headerOfItsOwn_isPresented() {
        assertPresented(parse("x-api-key", "TOKEN"), "x-api-key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic dXNlcjpwYXNz",
                "Digest username=\"a\", realm=\"b\", uri=\"/\"",
                "Bearerx TOKEN",
                "TOKEN",
                "",
                " ",
                "Negotiate AAAA"
            })
    void parse_authorizationOfAnotherScheme_isAbsent(String value) {
        assertThat(parse("authorization", value)).isEqualTo(Credential.ABSENT);
        RequestHeaders both = RequestHeaders.builder()
                .add("authorization", fill(value))
                .add("x-api-key", TOKEN)
                .build();
        assertPresented(CredentialParser.parse(CredentialSource.DEFAULTS, both, RequestQuery.NONE), "x-api-key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer  TOKEN",
                "Bearer\tTOKEN",
                "Bearer:TOKEN",
                "Bearer TOKEN ",
                "Bearer TOKENx",
                "Bearer PAIR",
                "Bearer eyJhbGciOiJub25lIn0.e30.",
                "ApiKey TOKEN",
                "ApiKey PAIRx",
                "ApiKey :",
                "Bearer \u00e9"
            })
    void parse_notWrittenAsACredential_isMalformed(String value) {
        assertThat(parse("authorization", value)).isEqualTo(Credential.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "Bearer TOKEN", "PAIR", "TOKEN ", " TOKEN"})
    void parse_headerOfItsOwnWithSomethingElse_isMalformed(String value) {
        assertThat(parse("x-api-key", value)).isEqualTo(Credential.MALFORMED);
    }

    @Test
    void parse_wrongChecksum_isMalformed() {
        char last = TOKEN.charAt(TOKEN.length() - 1);
        String wrong = TOKEN.substring(0, TOKEN.length() - 1) + (last == '0' ? '1' : '0');
        assertThat(parse("x-api-key", wrong)).isEqualTo(Credential.MALFORMED);
    }

    @Test
    void parse_longerThanTheLimit_isMalformed() {
        assertThat(parse("authorization", "Bearer " + "a".repeat(506))).isEqualTo(Credential.MALFORMED);
        assertThat(parse("authorization", "Bearer " + "a,".repeat(30_000))).isEqualTo(Credential.MALFORMED);
        assertThat(parse("authorization", "Negotiate " + "a".repeat(4_000))).isEqualTo(Credential.ABSENT);
    }

    /** The longest scheme, a space and the longest secret. */
    @Test
    void parse_asLongAsTheLimit_isPresented() {
        String scheme = "s".repeat(63);
        List<CredentialSource> sources = List.of(new CredentialSource(Place.AUTHORIZATION_SCHEME, scheme, Form.OPAQUE));
        String longest = scheme + " " + "o".repeat(CredentialForms.MAX_FOREIGN);
        assertThat(longest).hasSize(CredentialParser.MAX_LENGTH);
        assertThat(parse(sources, longest)).isInstanceOf(Presented.class);
        assertThat(parse(sources, " " + longest)).isEqualTo(Credential.MALFORMED);
    }

    @Test
    void parse_schemeOfAnyTokenCharacters_isFoundInAnyCase() {
        for (String scheme : List.of("a", "z", "A", "Z", "0", "9", "!#$%&'*+-.^_`|~")) {
            List<CredentialSource> sources = List.of(
                    new CredentialSource(Place.AUTHORIZATION_SCHEME, scheme.toLowerCase(Locale.ROOT), Form.OPAQUE));
            assertThat(parse(sources, scheme + " secret")).as(scheme).isInstanceOf(Presented.class);
        }
        for (char beside : "@[{/:".toCharArray()) {
            List<CredentialSource> sources =
                    List.of(new CredentialSource(Place.AUTHORIZATION_SCHEME, "x" + beside, Form.OPAQUE));
            assertThat(parse(sources, "x" + beside + " secret"))
                    .as("%s", beside)
                    .isEqualTo(Credential.ABSENT);
        }
    }

    @Test
    void parse_asManyCommasAsAreLookedAt_isAbsentAndOneMoreIsDuplicate() {
        assertThat(parse("authorization", "Digest a" + ",b".repeat(16))).isEqualTo(Credential.ABSENT);
        assertThat(parse("authorization", "Digest a" + ",b".repeat(17))).isEqualTo(Credential.DUPLICATE);
        assertThat(parse("authorization", "Digest a" + ",b".repeat(15) + ",Bearer x"))
                .isEqualTo(Credential.DUPLICATE);
    }

    @Test
    void fold_eachKind_isTurnedByItsOwn() {
        Credential.Cases<String> cases = new Credential.Cases<>(
                presented -> "presented", absent -> "absent", malformed -> "malformed", duplicate -> "duplicate");
        assertThat(parse("x-api-key", "TOKEN").fold(cases)).isEqualTo("presented");
        assertThat(Credential.ABSENT.fold(cases)).isEqualTo("absent");
        assertThat(Credential.MALFORMED.fold(cases)).isEqualTo("malformed");
        assertThat(Credential.DUPLICATE.fold(cases)).isEqualTo("duplicate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer TOKEN,Bearer TOKEN",
                "Bearer TOKEN, Basic abc",
                "Basic abc,Bearer TOKEN",
                "Basic abc, ApiKey PAIR",
                "Bearer TOKEN,",
                "Bearer a,b",
                "Digest a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s"
            })
    void parse_joinedByComma_isDuplicate(String value) {
        assertThat(parse("authorization", value)).isEqualTo(Credential.DUPLICATE);
    }

    @Test
    void parse_headerTwice_isDuplicate() {
        assertDuplicate("authorization", "Bearer TOKEN", "authorization", "Bearer TOKEN");
        assertDuplicate("authorization", "Basic abc", "authorization", "Bearer TOKEN");
        assertDuplicate("x-api-key", "TOKEN", "x-api-key", "");
        assertThat(parse("x-api-key", "TOKEN,TOKEN")).isEqualTo(Credential.DUPLICATE);
        assertThat(parse("x-api-key", ",TOKEN")).isEqualTo(Credential.DUPLICATE);
    }

    @Test
    void parse_twoPlaces_isDuplicateEvenIfEqualOrWrong() {
        assertDuplicate("authorization", "Bearer TOKEN", "x-api-key", "TOKEN");
        assertDuplicate("authorization", "Bearer TOKEN", "x-api-key", "");
    }

    @Test
    void parse_otherSpellingOfTheName_isAnotherHeader() {
        assertThat(parse("X-API-Key", "TOKEN")).isEqualTo(Credential.ABSENT);
        assertThat(parse("x_api_key", "TOKEN")).isEqualTo(Credential.ABSENT);
    }

    @Test
    void parse_sourcesOfATenant_replaceTheDefaults() {
        List<CredentialSource> sources = List.of(
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "salure", Form.TOKEN),
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "salure", Form.ID_AND_SECRET));
        RequestHeaders.Builder ours = RequestHeaders.builder().add("authorization", "SALURE " + PAIR);
        assertPresented(CredentialParser.parse(sources, ours.build(), RequestQuery.NONE), "authorization");
        RequestHeaders.Builder bearer = RequestHeaders.builder().add("authorization", "Bearer " + TOKEN);
        assertThat(CredentialParser.parse(sources, bearer.build(), RequestQuery.NONE))
                .isEqualTo(Credential.ABSENT);
    }

    @Test
    void parse_anyBytes_neverThrows() {
        Random random = new Random(7);
        String[] starts = {"", "Bearer ", "ApiKey ", TOKEN, "Bearer " + TOKEN, PAIR + ",", "Basic ,Bearer"};
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(600)];
            random.nextBytes(bytes);
            String value = starts[random.nextInt(starts.length)] + new String(bytes, StandardCharsets.ISO_8859_1);
            RequestHeaders headers = RequestHeaders.builder()
                    .add(random.nextBoolean() ? "authorization" : "x-api-key", value)
                    .build();
            assertThatCode(() -> CredentialParser.parse(CredentialSource.DEFAULTS, headers, RequestQuery.NONE))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void toString_ofAll_hidesTheSecret() {
        assertThat(parse("x-api-key", "TOKEN").toString())
                .doesNotContain("SSSS")
                .contains("hidden");
        assertThat(RequestHeaders.builder().add("x-api-key", TOKEN).build().toString())
                .doesNotContain("SSSS");
    }

    private static void assertDuplicate(String name, String value, String otherName, String otherValue) {
        RequestHeaders headers = RequestHeaders.builder()
                .add(name, fill(value))
                .add(otherName, fill(otherValue))
                .build();
        assertThat(CredentialParser.parse(CredentialSource.DEFAULTS, headers, RequestQuery.NONE))
                .isEqualTo(Credential.DUPLICATE);
    }

    private static void assertPresented(Credential credential, String header) {
        assertThat(credential).isInstanceOfSatisfying(Presented.class, presented -> {
            assertThat(presented.claim()).isEqualTo(new Credential.Claim.OfToken(Samples.TOKEN_ID));
            assertThat(presented.secret().reveal()).isEqualTo(SECRET.reveal());
            assertThat(presented.hiding()).isEqualTo(new Hiding.RemoveHeader(header));
        });
    }

    private static Credential parse(List<CredentialSource> sources, String authorization) {
        RequestHeaders headers =
                RequestHeaders.builder().add("authorization", authorization).build();
        return CredentialParser.parse(sources, headers, RequestQuery.NONE);
    }

    private static Credential parse(String header, String value) {
        return CredentialParser.parse(
                CredentialSource.DEFAULTS,
                RequestHeaders.builder().add(header, fill(value)).build(),
                RequestQuery.NONE);
    }

    private static String fill(String value) {
        return value.replace("TOKEN", TOKEN).replace("PAIR", PAIR);
    }
}
