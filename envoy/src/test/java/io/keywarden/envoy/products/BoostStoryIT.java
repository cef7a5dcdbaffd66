package io.keywarden.envoy.products;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static io.keywarden.envoy.products.Product.may;
import static io.keywarden.envoy.products.Product.mayEverything;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.envoy.e2e.Answers;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.requirements.Requirement;
import io.keywarden.envoy.requirements.Requirement.Side;
import io.keywarden.policy.Reason;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Boost: system keys in host names, tokens under users, a matrix of rights, immutable tokens, priorities. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public final class BoostStoryIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String HOST = "boost.platform.example";
    private static final RawRequest TASKS = RawRequest.get("/v1/tasks").host(HOST);

    private Product boost;

    @BeforeAll
    void open() {
        boost = Product.open(
                SHARED.get(),
                "boost",
                Tenant.newBuilder(),
                Product.module("tasks", "/v1/tasks"),
                Product.module("invoices", "/v1/invoices"));
    }

    @Test
    @Requirement(value = 1, side = Side.ALLOWS)
    @Requirement(value = 27, side = Side.ALLOWS)
    void token_atTheHostOfItsSystemKey_works() {
        Answer answer = boost.send(boost.key(mayEverything()).on(TASKS));
        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().header("x-keywarden-tenant")).containsExactly("boost");
    }

    @Test
    @Requirement(value = 1, side = Side.REFUSES)
    @Requirement(value = 27, side = Side.REFUSES)
    void token_atTheHostOfAnotherSystemKey_isOfTheWrongTenant() {
        boost.deployment()
                .admin()
                .tenants()
                .createTenant(CreateTenantRequest.newBuilder()
                        .setTenantId("boost-two")
                        .setTenant(Tenant.newBuilder().setCatalog("catalogs/boost"))
                        .setWait(false)
                        .build());
        Product.Key key = boost.key(mayEverything());
        assertThatAnswer(boost.send(key.on(RawRequest.get("/v1/tasks").host("boost-two.platform.example"))))
                .isForbidden("WRONG_TENANT");
        assertThatAnswer(boost.send(key.on(RawRequest.get("/v1/tasks").host("nobody.platform.example"))))
                .isForbidden("WRONG_TENANT");
    }

    @Test
    @Requirement(
            value = 2,
            side = {Side.ALLOWS, Side.REFUSES})
    void name_asecondTime_isRefusedAndTheFirstTokenWorksOn() {
        Product.Key first =
                boost.key(Token.newBuilder().setDisplayName("the only one").addGrants(mayEverything()));
        assertThatThrownBy(() -> boost.key(
                        Token.newBuilder().setDisplayName("the only one").addGrants(mayEverything())))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("ALREADY_EXISTS");
        assertThatAnswer(boost.send(first.on(TASKS))).isAllowed();
    }

    @Test
    @Answers(Reason.OWNER_LACKS_PERMISSION)
    @Requirement(
            value = 3,
            side = {Side.ALLOWS, Side.REFUSES})
    void token_ofAnOwner_losesWhatTheOwnerLoses() {
        String alice = boost.owner("alice", may("tasks", Action.READ, Action.CREATE));
        Product.Key key = boost.key(Token.newBuilder().setOwner(alice).addGrants(may("tasks", Action.READ)));
        Answer allowed = boost.send(key.on(TASKS));
        assertThatAnswer(allowed).isAllowed();
        assertThat(allowed.received().orElseThrow().header("x-keywarden-owner")).containsExactly("alice");

        boost.deployment()
                .admin()
                .owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder().setName(alice).addGrants(may("tasks", Action.CREATE)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("grants"))
                        .setWait(true)
                        .build());
        assertThatAnswer(boost.send(key.on(TASKS))).isForbidden("OWNER_LACKS_PERMISSION");
    }

    @Test
    @Answers(Reason.OWNER_DISABLED)
    @Requirement(value = 3, side = Side.REFUSES)
    void token_ofAnOwnerWhoIsDisabled_doesNotWork() {
        String bob = boost.owner("bob", mayEverything());
        Product.Key key = boost.key(Token.newBuilder().setOwner(bob).addGrants(may("tasks", Action.READ)));
        assertThatAnswer(boost.send(key.on(TASKS))).isAllowed();
        boost.deployment()
                .admin()
                .owners()
                .disableOwner(DisableOwnerRequest.newBuilder()
                        .setName(bob)
                        .setWait(true)
                        .build());
        assertThatAnswer(boost.send(key.on(TASKS))).isUnauthenticated("OWNER_DISABLED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 4,
            side = {Side.ALLOWS, Side.REFUSES})
    void rights_ofAModule_areReadCreateEditDelete() {
        Product.Key key = boost.key(may("tasks", Action.READ, Action.EDIT));
        assertThatAnswer(boost.send(key.on(TASKS))).isAllowed();
        assertThatAnswer(boost.send(key.on(RawRequest.of("PUT", "/v1/tasks/7").host(HOST))))
                .isAllowed();
        assertThatAnswer(boost.send(key.on(RawRequest.of("POST", "/v1/tasks").host(HOST))))
                .isForbidden("PERMISSION_DENIED");
        assertThatAnswer(
                        boost.send(key.on(RawRequest.of("DELETE", "/v1/tasks/7").host(HOST))))
                .isForbidden("PERMISSION_DENIED");
        assertThatAnswer(boost.send(key.on(RawRequest.get("/v1/invoices").host(HOST))))
                .isForbidden("PERMISSION_DENIED");
    }

    @Test
    @Requirement(
            value = 5,
            side = {Side.ALLOWS, Side.REFUSES})
    void immutableToken_canBeRotatedAndDisabledAndNotEdited() {
        Product.Key key = boost.key(Token.newBuilder().setImmutable(true).addGrants(may("tasks", Action.READ)));
        assertThatThrownBy(() -> boost.deployment()
                        .admin()
                        .tokens()
                        .updateToken(UpdateTokenRequest.newBuilder()
                                .setToken(Token.newBuilder()
                                        .setName(key.token().getName())
                                        .setDescription("other"))
                                .setUpdateMask(FieldMask.newBuilder().addPaths("description"))
                                .build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("FAILED_PRECONDITION");
        Product.Key rotated = boost.rotated(key, RotateTokenRequest.newBuilder().setGracePeriod(Durations.ZERO));
        assertThatAnswer(boost.send(rotated.on(TASKS))).isAllowed();
        assertThatAnswer(boost.send(key.on(TASKS))).isUnauthenticated("SECRET_ROTATED", "invalid_token");
        boost.deployment()
                .admin()
                .tokens()
                .disableToken(DisableTokenRequest.newBuilder()
                        .setName(key.token().getName())
                        .setWait(true)
                        .build());
        assertThatAnswer(boost.send(rotated.on(TASKS))).isUnauthenticated("DISABLED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 6,
            side = {Side.ALLOWS, Side.REFUSES})
    void priority_ofTheTenantsList_reachesProxyAndUpstream() {
        Product.Key high = boost.key(Token.newBuilder().setPriority("high").addGrants(may("tasks", Action.READ)));
        Answer answer = boost.send(high.on(TASKS.header("x-keywarden-priority", "forged")));
        assertThat(answer.received().orElseThrow().header("x-keywarden-priority"))
                .containsExactly("high");
        assertThat(answer.logged()).containsEntry("priority", "high");
        Answer plain = boost.send(boost.key(may("tasks", Action.READ)).on(TASKS));
        assertThat(plain.received().orElseThrow().header("x-keywarden-priority"))
                .containsExactly("normal");
        assertThatThrownBy(() -> boost.key(Token.newBuilder().setPriority("urgent")))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT");
    }
}
