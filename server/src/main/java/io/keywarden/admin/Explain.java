package io.keywarden.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.keywarden.admin.AdminFailure.RateLimited;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.DescribedRequest;
import io.keywarden.admin.v1.ExplainRequest;
import io.keywarden.admin.v1.ExplainResponse;
import io.keywarden.policy.Explainer;
import io.keywarden.policy.Explainer.Explained;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Reason;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.IpAddress;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells how a check would be decided, and keeps in the history that somebody asked. */
final class Explain {
    /** How many times a caller may ask in a minute: each time is an event that is kept. */
    static final int MOST_CALLS = 30;

    private static final int MAX_HEADERS = 100;
    private static final String RPC = "Explain";
    /** How long an explanation is waited for: it ends by itself before, if nothing is broken. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Explainer explainer;
    private final TenantFinder tenants;
    private final TokenFinder tokens;
    private final Writing writing;
    private final CallWindows calls;

    Explain(Explainer explainer, TenantFinder tenants, TokenFinder tokens, Writing writing, CallWindows calls) {
        this.explainer = explainer;
        this.tenants = tenants;
        this.tokens = tokens;
        this.writing = writing;
        this.calls = calls;
    }

    /**
     * What it writes history with.
     *
     * @param store makes commits
     * @param writes prepares them
     */
    record Writing(AdminStore store, RecordWrites writes) {}

    /** What is asked, once it was looked at. */
    private record Question(String tenant, Optional<TokenName> token, Explainer.Request request) {}

    ExplainResponse run(ExplainRequest request, Caller caller) {
        Question question = read(request);
        calls.count(caller.identity()).ifPresent(wait -> {
            throw new AdminException(new RateLimited(MOST_CALLS + " explanations a minute are enough for one", wait));
        });
        Entry<TenantRecord> tenant = tenants.find(question.tenant());
        question.token().ifPresent(name -> tokens.find(tenant, name));
        Explained explained = explain(question);
        boolean about = isAbout(tenant, explained.facts());
        Optional<TokenName> token = about ? token(question, explained) : Optional.empty();
        Attempts.run(() -> keep(question, token, caller), ResourceType.TENANT, request.getParent());
        if (!about) {
            throw FieldChecks.invalid("request", "a request to the tenant in parent, or with a token of it");
        }
        return Explanations.response(question.tenant(), token, explained);
    }

    private static Question read(ExplainRequest request) {
        FieldChecks checks = new FieldChecks();
        Optional<String> tenant = ResourceNames.tenant(checks, "parent", request.getParent());
        boolean reserved = tenant.equals(Optional.of(Tenant.SYSTEM));
        checks.require(!reserved, "parent", "another tenant than " + Tenant.SYSTEM + ", whose tokens no check takes");
        Optional<TokenName> token = request.getToken().isEmpty()
                ? Optional.empty()
                : ResourceNames.token(checks, "token", request.getToken());
        token.ifPresent(name ->
                checks.require(tenant.equals(Optional.of(name.tenant())), "token", "a token of the tenant in parent"));
        Optional<Explainer.Request> asked = switch (request.getRequestCase()) {
            case DESCRIBED_REQUEST -> Optional.of(described(checks, request.getDescribedRequest()));
            case CHECK_REQUEST -> Optional.of(new Explainer.OfEnvoy(json(request.getCheckRequest())));
            case REQUEST_NOT_SET -> Optional.empty();
        };
        checks.require(asked.isPresent(), "request", "described_request or check_request");
        checks.finish();
        return new Question(tenant.orElseThrow(), token, asked.orElseThrow());
    }

    private static Explainer.Request described(FieldChecks checks, DescribedRequest request) {
        checks.require(!request.getHost().isEmpty(), "described_request.host", "a host, such as acme.example");
        checks.require(!request.getPath().isEmpty(), "described_request.path", "a path, such as /v1/orders");
        checks.require(
                request.getHeadersCount() <= MAX_HEADERS,
                "described_request.headers",
                "at most " + MAX_HEADERS + " headers");
        Optional<IpAddress> client = IpAddress.parse(request.getClientAddress());
        checks.require(
                request.getClientAddress().isEmpty() || client.isPresent(),
                "described_request.client_address",
                "an address, such as 192.0.2.7 or 2001:db8::7");
        List<Explainer.Header> headers = request.getHeadersList().stream()
                .map(header -> new Explainer.Header(header.getName(), header.getValue()))
                .toList();
        String method = request.getMethod().isEmpty() ? "GET" : request.getMethod();
        return new Explainer.Described(
                method, request.getHost(), request.getPath(), headers, client, request.getRouteMap());
    }

    private static String json(Struct checkRequest) {
        try {
            return JsonFormat.printer().print(checkRequest);
        } catch (InvalidProtocolBufferException e) {
            throw FieldChecks.invalid("check_request", "JSON that has values everywhere");
        }
    }

    private Explained explain(Question question) {
        try {
            Optional<TokenId> as = question.token().map(TokenName::id);
            return AdminStore.await(explainer.explain(question.request(), as), LIMIT)
                    .orElseThrow(() -> AdminStore.failed(Reason.STORE_UNAVAILABLE, Effect.NOTHING_WRITTEN));
        } catch (IllegalArgumentException e) {
            if (!(question.request() instanceof Explainer.OfEnvoy)) {
                throw e;
            }
            throw FieldChecks.invalid("check_request", "an envoy.service.auth.v3.CheckRequest as JSON");
        }
    }

    /** Who may look at one tenant learns nothing about the others: neither of their tokens nor of their requests. */
    private static boolean isAbout(Entry<TenantRecord> tenant, Optional<Facts> facts) {
        Optional<Uid> token =
                facts.flatMap(Facts::proven).map(Facts.Proven::token).map(Token::tenantUid);
        Optional<Uid> subject =
                token.isPresent() ? token : facts.flatMap(Facts::requestTenant).map(Tenant::uid);
        return subject.orElse(tenant.uid()).equals(tenant.uid());
    }

    private static Optional<TokenName> token(Question question, Explained explained) {
        return explained
                .facts()
                .flatMap(Facts::proven)
                .map(proven -> new TokenName(question.tenant(), proven.token().id()))
                .or(question::token);
    }

    /** The event, at what it is about; empty where another writer came between. */
    private Optional<Boolean> keep(Question question, Optional<TokenName> token, Caller caller) {
        Entry<TenantRecord> tenant = tenants.find(question.tenant());
        EventDraft event = new EventDraft(caller, "", RPC, List.of());
        if (token.isEmpty()) {
            return commit(tenant, event);
        }
        Entry<TokenRecord> subject = tokens.find(tenant, token.get());
        return commit(subject, event);
    }

    private Optional<Boolean> commit(Entry<? extends Message> subject, EventDraft event) {
        RecordWrites.Write write = writing.writes().next(subject.stored(), subject.payload(), event);
        Commit commit = new Commit(
                subject.stored().key().slot(),
                Commit.Urgency.GROWS,
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        return writing.store().commit(commit).isEmpty() ? Optional.of(true) : Optional.empty();
    }
}
