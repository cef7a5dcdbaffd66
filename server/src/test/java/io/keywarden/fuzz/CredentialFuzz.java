package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keywarden.credential.Credential;
import io.keywarden.credential.Credential.Claim;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.credential.CredentialParser;
import io.keywarden.credential.TokenText;
import io.keywarden.testkit.Samples;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Form;
import io.keywarden.token.CredentialSource.Place;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The credential of a request. The first character says which forms are looked for, the lines behind it are the request; in
 * them TOKEN and PAIR stand for a token, in the two ways in which it is written.
 */
class CredentialFuzz {
    private static final String MARK = "S".repeat(TokenSecret.LENGTH);
    private static final TokenSecret SECRET = TokenSecret.of(MARK);
    private static final String TOKEN = TokenText.format("kw", Samples.TOKEN_ID, SECRET);
    private static final String PAIR = TokenText.formatPair(Samples.TOKEN_ID, SECRET);

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "authorization: Bearer TOKEN",
                        "authorization: bearer TOKEN\nx-api-key: TOKEN",
                        "authorization: ApiKey PAIR",
                        "authorization: Basic dXNlcg==\nx-api-key: TOKEN",
                        "authorization: Bearer TOKEN,Bearer TOKEN",
                        "authorization: Basic abc, ApiKey PAIR",
                        "authorization: Bearer TOKEN\nauthorization: Bearer TOKEN",
                        "authorization: Bearer  TOKEN",
                        "authorization: Bearer\tTOKEN",
                        "authorization: Digest a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s",
                        "authorization: Digest " + "a,".repeat(300),
                        "authorization: Bearer a, ApiKey " + "b".repeat(500),
                        "x-api-key: TOKEN\nx_api_key: TOKEN\nX-API-Key: TOKEN",
                        "x-api-key: TOKEN,TOKEN",
                        "x-api-key: TOKEN ",
                        "x-api-key: xTOKEN",
                        "x-api-key: customer:of-theirs",
                        "x-api-key: opaque-nothing",
                        "x-api-key: \u00ff\u00e9",
                        "/v1?key=TOKEN",
                        "/v1?k%65y=TOKEN",
                        "/v1?k%65y=TOKEN&key=",
                        "/v1?a=%zz&key=%6bw_x",
                        "/v1?key=TOKEN+",
                        "/v1?key=a%3Ab&x",
                        "/v1?key=TOKEN\nauthorization: Bearer TOKEN",
                        "cookie: a=b; kw=TOKEN; c=d",
                        "cookie: kw=TOKEN\ncookie: n=\u00c3\u00a9;;e",
                        "cookie: kw =TOKEN",
                        "cookie: kw=\"TOKEN\"",
                        "cookie: kw=TOKEN; kw=TOKEN",
                        "sec-websocket-protocol: chat, keywarden.TOKEN",
                        "sec-websocket-protocol: keywarden.PAIR\nsec-websocket-protocol: v2",
                        "accept: */*")
                .flatMap(request -> Stream.of("T\n", "P\n", "O\n", "D\n", "A\n").map(forms -> forms + request))
                .map(request -> request.getBytes(ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void parse_anyRequest_findsOneOrNone(byte[] input) {
        String text = new String(input, ISO_8859_1).replace("TOKEN", TOKEN).replace("PAIR", PAIR);
        List<String> lines = List.of(text.split("\n", -1));
        List<CredentialSource> sources = sources(lines.get(0));
        SentRequest request = SentRequest.of(lines);

        Credential credential = CredentialParser.parse(sources, request.requestHeaders(), request.query());

        List<String> texts = request.texts(sources);
        assertThat(credential.equals(Credential.ABSENT)).as("%s", texts).isEqualTo(texts.isEmpty());
        if (texts.size() > 1) {
            boolean tooLong = text.length() > CredentialParser.MAX_LENGTH;
            assertThat(credential).isIn(Credential.DUPLICATE, tooLong ? Credential.MALFORMED : Credential.DUPLICATE);
        }
        if (credential instanceof Presented presented) {
            assertThat(texts).hasSize(1);
            assertWritten(presented, texts.get(0));
            assertThat(presented.toString().replace(presented.claim().toString(), ""))
                    .doesNotContain(MARK);
            SentRequest left = request.without(presented.hiding());
            assertThat(CredentialParser.parse(sources, left.requestHeaders(), left.query()))
                    .isEqualTo(Credential.ABSENT);
        } else if (lines.get(0).matches("[TOA]") && text.length() <= CredentialParser.MAX_LENGTH) {
            assertThat(texts).isNotEqualTo(List.of(TOKEN));
        }
    }

    /** Written again, it is what was sent, to the last character. */
    private static void assertWritten(Presented presented, String sent) {
        String secret = TokenText.formatOpaque(presented.secret());
        Claim claim = presented.claim();
        if (claim instanceof Claim.OfToken token) {
            TokenId id = token.id();
            String prefix = sent.replaceFirst("_.*", "");
            assertThat(sent)
                    .isIn(
                            TokenText.format(prefix, id, presented.secret()),
                            TokenText.formatPair(id, presented.secret()));
        } else if (claim instanceof Claim.OfCredentialId named) {
            assertThat(sent).isEqualTo(named.text() + ":" + secret);
        } else {
            assertThat(sent).isEqualTo(secret);
        }
    }

    private static List<CredentialSource> sources(String forms) {
        return switch (forms) {
            case "T" -> everywhere(Form.TOKEN).toList();
            case "P" -> everywhere(Form.ID_AND_SECRET).toList();
            case "O" -> everywhere(Form.OPAQUE).toList();
            case "A" ->
                Stream.of(Form.values()).flatMap(CredentialFuzz::everywhere).toList();
            default -> CredentialSource.DEFAULTS;
        };
    }

    private static Stream<CredentialSource> everywhere(Form form) {
        return Stream.of(
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "bearer", form),
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "apikey", form),
                new CredentialSource(Place.HEADER, "x-api-key", form),
                new CredentialSource(Place.QUERY_PARAMETER, "key", form),
                new CredentialSource(Place.COOKIE, "kw", form),
                new CredentialSource(Place.WEBSOCKET_PROTOCOL, "keywarden.", form));
    }
}
