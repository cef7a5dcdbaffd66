package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.ExplainResponse;
import io.keywarden.admin.v1.ExplainedStep;
import io.keywarden.admin.v1.Grant;
import io.keywarden.policy.Decision;
import io.keywarden.policy.DecisionTrace;
import io.keywarden.policy.Explainer.Explained;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;
import java.util.Map;
import java.util.Optional;

/** Explanations as callers see them. */
final class Explanations {
    private static final String REQUEST_TENANT = "request_tenant";

    private Explanations() {}

    /**
     * The answer of Explain.
     *
     * @param tenant the id of the tenant that it is about: no other one is named
     */
    static ExplainResponse response(String tenant, Optional<TokenName> token, Explained explained) {
        Decision decision = explained.decision();
        ExplainResponse.Builder response = ExplainResponse.newBuilder()
                .setVerdict(decision.fold(
                        allow -> ExplainResponse.Verdict.ALLOW,
                        deny -> ExplainResponse.Verdict.DENY,
                        unknown -> ExplainResponse.Verdict.CANNOT_TELL))
                .setReason(decision.why().map(Reason::name).orElse(""))
                .setShadowed(decision instanceof Decision.Allow allow
                        && allow.shadowed().isPresent())
                .setToken(token.map(TokenName::text).orElse(""))
                .setCacheAge(StoreBounds.duration(explained.age()));
        explained.steps().forEach(step -> response.addSteps(step(tenant, step)));
        missing(explained).ifPresent(response::setMissingGrant);
        return response.build();
    }

    private static ExplainedStep step(String tenant, DecisionTrace.Step step) {
        ExplainedStep.Builder told = ExplainedStep.newBuilder()
                .setStep(step.stage().name())
                .setVerdict(
                        switch (step.verdict()) {
                            case PASSED -> ExplainedStep.Verdict.PASSED;
                            case FAILED -> ExplainedStep.Verdict.FAILED;
                            case NOT_REACHED -> ExplainedStep.Verdict.NOT_REACHED;
                        });
        for (Map.Entry<String, String> input : step.inputs().entrySet()) {
            boolean other = input.getKey().equals(REQUEST_TENANT)
                    && !input.getValue().equals(tenant)
                    && !input.getValue().equals(DecisionTrace.NONE);
            told.addInputs(ExplainedStep.Input.newBuilder()
                    .setName(input.getKey())
                    .setValue(other ? "another one" : input.getValue()));
        }
        return told.build();
    }

    private static Optional<Grant> missing(Explained explained) {
        Optional<Operation> operation = explained
                .facts()
                .map(Facts::request)
                .map(Facts.Request::need)
                .flatMap(need -> need instanceof Need.Known known ? Optional.of(known.operation()) : Optional.empty());
        return explained.missing().flatMap(right -> operation.map(needed -> grant(right, needed)));
    }

    private static Grant grant(io.keywarden.token.Grant right, Operation needed) {
        return right instanceof io.keywarden.token.Grant.OfModule
                ? Grant.newBuilder()
                        .setModule(GrantResolver.moduleOf(needed.id()))
                        .addActions(CatalogMessages.action(needed.action()))
                        .build()
                : Grant.newBuilder().setOperation(needed.id()).build();
    }
}
