package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.ListEventsRequest;
import io.keywarden.admin.v1.ListEventsResponse;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.admin.v1.WatchEventsRequest;
import io.keywarden.admin.v1.WatchEventsResponse;

/** Reads histories: one command an RPC. Failures are thrown, and {@link UniformFailures} says them. */
final class HistoryService extends HistoryServiceGrpc.HistoryServiceImplBase {
    private final Commands commands;

    HistoryService(Commands commands) {
        this.commands = commands;
    }

    /** The commands, one for each RPC. */
    record Commands(ListEvents listEvents, WatchEvents watchEvents, VerifyHistory verifyHistory) {}

    @Override
    public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
        observer.onNext(commands.listEvents().run(request, Caller.current()));
        observer.onCompleted();
    }

    @Override
    public void watchEvents(WatchEventsRequest request, StreamObserver<WatchEventsResponse> observer) {
        commands.watchEvents().run(request, Caller.current(), StillAllowed.current(), observer);
    }

    @Override
    public void verifyHistory(VerifyHistoryRequest request, StreamObserver<VerifyHistoryResponse> observer) {
        observer.onNext(commands.verifyHistory().run(request, Caller.current()));
        observer.onCompleted();
    }
}
