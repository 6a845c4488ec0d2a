/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.posthouse.routing.LookUp.Verdict;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;
import org.xbill.DNS.lookup.ServerFailedException;

/**
 * Asks the DNS without waiting; aliases are followed, answers and their absence kept as long as
 * their TTL says. Futures never complete with an exception.
 */
public final class NameLookUps {
  /** A socket of a name server with the buffer that Linux gives it holds some 270 questions. */
  private static final int MOST_ASKED = 100;

  private static final long PATIENCE_MILLIS = 250;

  private final LookupSession session;
  private final Questions questions = new Questions(MOST_ASKED, PATIENCE_MILLIS);

  /** Asks through this session, whose resolver sets the time-out. */
  public NameLookUps(LookupSession session) {
    this.session = session;
  }

  CompletableFuture<LookUp<MXRecord>> exchangers(Name name) {
    return ask(name, Type.MX, MXRecord.class::cast);
  }

  /** The addresses of both families; one family's failure counts only when nothing is found. */
  CompletableFuture<LookUp<InetAddress>> addresses(Name name) {
    CompletableFuture<LookUp<InetAddress>> v6 =
        ask(name, Type.AAAA, record -> ((AAAARecord) record).getAddress());
    CompletableFuture<LookUp<InetAddress>> v4 =
        ask(name, Type.A, record -> ((ARecord) record).getAddress());
    return v6.thenCombine(v4, NameLookUps::both);
  }

  private static LookUp<InetAddress> both(LookUp<InetAddress> v6, LookUp<InetAddress> v4) {
    List<InetAddress> all = new ArrayList<>(v6.found());
    all.addAll(v4.found());
    if (!all.isEmpty()) {
      return LookUp.of(all);
    }
    return v6.isTemporary() ? v6 : v4;
  }

  private <T> CompletableFuture<LookUp<T>> ask(Name name, int type, Function<Record, T> reading) {
    Supplier<CompletionStage<LookupResult>> question = () -> session.lookupAsync(name, type);
    // Mail goes when the address is known, and should not wait for thousands of other domains.
    return (type == Type.MX ? questions.ask(question) : questions.askFirst(question))
        .handle(
            (result, failure) ->
                failure == null
                    ? answer(name, type, result, reading)
                    : NameLookUps.<T>none(name, type, failure));
  }

  private static <T> LookUp<T> answer(
      Name name, int type, LookupResult result, Function<Record, T> reading) {
    List<T> found =
        result.getRecords().stream()
            .filter(record -> record.getType() == type)
            .map(reading)
            .toList();
    return found.isEmpty() ? LookUp.none(Verdict.NO_DATA, has(name, type)) : LookUp.of(found);
  }

  private static <T> LookUp<T> none(Name name, int type, Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof NoSuchDomainException) {
      return LookUp.none(Verdict.NO_SUCH_NAME, "there is no " + plain(name) + " in the DNS");
    }
    if (cause instanceof NoSuchRRSetException) {
      return LookUp.none(Verdict.NO_DATA, has(name, type));
    }
    String what = Type.string(type) + " records of " + plain(name);
    if (isTimeout(cause)) {
      return LookUp.none(Verdict.TIMEOUT, "no name server answered in time for the " + what);
    }
    String why = cause instanceof ServerFailedException ? "" : ": " + cause.getMessage();
    return LookUp.none(Verdict.SERVER_FAILURE, "the name servers could not tell the " + what + why);
  }

  private static boolean isTimeout(Throwable failure) {
    return failure instanceof TimeoutException
        || failure instanceof SocketTimeoutException
        || (failure.getCause() != null && isTimeout(failure.getCause()));
  }

  private static String has(Name name, int type) {
    return plain(name) + " has no " + Type.string(type) + " record";
  }

  private static String plain(Name name) {
    return name.toString(true);
  }
}
