package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DeleteTokenResponse;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.DisableTokenResponse;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EnableTokenResponse;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.EndGracePeriodResponse;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.GetTokenResponse;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.ListTokensResponse;
import io.keywarden.admin.v1.ReassignTokenRequest;
import io.keywarden.admin.v1.ReassignTokenResponse;
import io.keywarden.admin.v1.RevealSecretRequest;
import io.keywarden.admin.v1.RevealSecretResponse;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokenResponse;
import io.keywarden.admin.v1.RevokeTokensRequest;
import io.keywarden.admin.v1.RevokeTokensResponse;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.admin.v1.UndeleteTokenResponse;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.UpdateTokenResponse;
import io.keywarden.admin.v1.WatchSecretRequest;
import io.keywarden.admin.v1.WatchSecretResponse;

/** Issues tokens and ends them: one command an RPC. Failures are thrown, and {@link UniformFailures} says them. */
final class TokenService extends TokenServiceGrpc.TokenServiceImplBase {
    private final Commands commands;
    private final Answers answers;

    TokenService(Commands commands, Answers answers) {
        this.commands = commands;
        this.answers = answers;
    }

    /** The commands, one for each RPC. */
    record Commands(
            CreateToken createToken,
            GetToken getToken,
            ListTokens listTokens,
            UpdateToken updateToken,
            ReassignToken reassignToken,
            EnableToken enableToken,
            DisableToken disableToken,
            RotateToken rotateToken,
            RevealSecret revealSecret,
            WatchSecret watchSecret,
            EndGracePeriod endGracePeriod,
            RevokeToken revokeToken,
            RevokeTokens revokeTokens,
            DeleteToken deleteToken,
            UndeleteToken undeleteToken) {}

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> observer) {
        answers.send(commands.createToken().run(request, Caller.current()), observer);
    }

    @Override
    public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> observer) {
        observer.onNext(commands.getToken().run(request));
        observer.onCompleted();
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> observer) {
        observer.onNext(commands.listTokens().run(request, Caller.current()));
        observer.onCompleted();
    }

    @Override
    public void updateToken(UpdateTokenRequest request, StreamObserver<UpdateTokenResponse> observer) {
        answers.send(commands.updateToken().run(request, Caller.current()), observer);
    }

    @Override
    public void reassignToken(ReassignTokenRequest request, StreamObserver<ReassignTokenResponse> observer) {
        answers.send(commands.reassignToken().run(request, Caller.current()), observer);
    }

    @Override
    public void enableToken(EnableTokenRequest request, StreamObserver<EnableTokenResponse> observer) {
        answers.send(commands.enableToken().run(request, Caller.current()), observer);
    }

    @Override
    public void disableToken(DisableTokenRequest request, StreamObserver<DisableTokenResponse> observer) {
        answers.send(commands.disableToken().run(request, Caller.current()), observer);
    }

    @Override
    public void rotateToken(RotateTokenRequest request, StreamObserver<RotateTokenResponse> observer) {
        answers.send(commands.rotateToken().run(request, Caller.current()), observer);
    }

    @Override
    public void revealSecret(RevealSecretRequest request, StreamObserver<RevealSecretResponse> observer) {
        observer.onNext(commands.revealSecret().run(request, Caller.current()));
        observer.onCompleted();
    }

    @Override
    public void watchSecret(WatchSecretRequest request, StreamObserver<WatchSecretResponse> observer) {
        commands.watchSecret().run(request, Caller.current(), StillAllowed.current(), observer);
    }

    @Override
    public void endGracePeriod(EndGracePeriodRequest request, StreamObserver<EndGracePeriodResponse> observer) {
        answers.send(commands.endGracePeriod().run(request, Caller.current()), observer);
    }

    @Override
    public void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> observer) {
        answers.send(commands.revokeToken().run(request, Caller.current()), observer);
    }

    @Override
    public void revokeTokens(RevokeTokensRequest request, StreamObserver<RevokeTokensResponse> observer) {
        answers.send(commands.revokeTokens().run(request, Caller.current()), observer);
    }

    @Override
    public void deleteToken(DeleteTokenRequest request, StreamObserver<DeleteTokenResponse> observer) {
        answers.send(commands.deleteToken().run(request, Caller.current()), observer);
    }

    @Override
    public void undeleteToken(UndeleteTokenRequest request, StreamObserver<UndeleteTokenResponse> observer) {
        answers.send(commands.undeleteToken().run(request, Caller.current()), observer);
    }
}
