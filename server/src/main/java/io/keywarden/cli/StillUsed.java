package io.keywarden.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.keywarden.admin.v1.KeyUse;
import io.keywarden.admin.v1.ListKeyUsesRequest;
import io.keywarden.admin.v1.ListKeyUsesResponse;
import io.keywarden.config.KeyKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What still hangs on a version of a key, as a running Admin says.
 *
 * @param active the id of the version that this Admin makes things with
 * @param count how much hangs on it
 * @param first the first of that, in words
 */
record StillUsed(int active, int count, List<String> first) {
    /** How many are told. */
    static final int MOST_TOLD = 20;

    private static final int PAGE = 1_000;

    /** Copies the list. */
    StillUsed {
        first = List.copyOf(first);
    }

    /** Asks a running Admin, page after page. */
    static StillUsed ask(Caller caller, KeyKind kind, int id) {
        ListKeyUsesRequest.Builder request = ListKeyUsesRequest.newBuilder()
                .setKind(KeyUse.Kind.valueOf(kind.name()))
                .setKeyId(id)
                .setPageSize(PAGE);
        List<String> first = new ArrayList<>();
        int count = 0;
        int active;
        do {
            ListKeyUsesResponse page = page(caller, request.build());
            page.getUsesList().stream()
                    .limit(MOST_TOLD - first.size())
                    .map(StillUsed::words)
                    .forEach(first::add);
            count += page.getUsesCount();
            active = page.getActiveKeyId();
            request.setPageToken(page.getNextPageToken());
        } while (!request.getPageToken().isEmpty());
        return new StillUsed(active, count, first);
    }

    private static ListKeyUsesResponse page(Caller caller, ListKeyUsesRequest request) {
        try {
            String answer = caller.call(
                    CallMethods.find("ServerService/ListKeyUses"),
                    JsonFormat.printer().print(request));
            ListKeyUsesResponse.Builder page = ListKeyUsesResponse.newBuilder();
            JsonFormat.parser().ignoringUnknownFields().merge(answer, page);
            return page.build();
        } catch (InvalidProtocolBufferException e) {
            throw new UserError(ExitCode.FAILED, "the answer of ListKeyUses is not understood: " + e.getMessage());
        }
    }

    private static String words(KeyUse use) {
        String what = switch (use.getHow()) {
            case SECRET_DIGEST -> "secret " + use.getSecretNumber();
            case SEALED_SECRET -> "sealed secret " + use.getSecretNumber();
            case SIGNATURE -> use.getAlias().isEmpty() ? "signature" : "signature of the name " + use.getAlias();
            case ID_TAG -> "id";
            case NAME ->
                use.getAlias().isEmpty() ? "name of secret " + use.getSecretNumber() : "name " + use.getAlias();
            case HOW_UNSPECIFIED, UNRECOGNIZED -> "in a way that this program does not know";
        };
        return use.getName() + ": " + what;
    }
}
