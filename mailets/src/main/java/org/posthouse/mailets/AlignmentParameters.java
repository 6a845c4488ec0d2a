/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.posthouse.alignment.AlignmentCheck.Terms;

/**
 * What the parameters of CheckAlignment say.
 *
 * @param sources addresses that receivers see; empty for what the server knows
 * @param helo what the relay calls itself there; empty for what the server knows
 * @param header of the field that tells the outlook; empty for none
 * @param timeout for all questions about one mail
 * @param failProcessor where mail goes that is refused, or was held for too long
 */
record AlignmentParameters(
    boolean spf,
    List<InetAddress> sources,
    Optional<String> helo,
    Terms terms,
    Action action,
    Optional<String> header,
    Duration timeout,
    Duration holdFor,
    Duration holdAtMost,
    String failProcessor) {
  static final Set<String> KNOWN =
      Set.of(
          "spf",
          "source",
          "helo",
          "signing",
          KeyTables.PARAMETER,
          "requireDmarc",
          "action",
          "header",
          "failProcessor",
          "holdFor",
          "holdAtMost",
          "timeoutSeconds");

  private static final String LATER = "later";

  /** RFC 5322 section 3.6.8. */
  private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]{1,70}");

  private static final int TIMEOUT = 10;

  /** What becomes of mail that will fail. */
  enum Action {
    MARK,
    HOLD,
    REFUSE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads them, and refuses what is wrong with a sentence that says what is right. */
  static AlignmentParameters read(Parameters parameters) throws MessagingException {
    boolean spf = parameters.flag("spf", true);
    List<InetAddress> sources = sources(parameters);
    boolean later = parameters.oneOf("signing", "done", Set.of("done", LATER)).equals(LATER);
    if (!spf && !sources.isEmpty()) {
      throw parameters.refusal("source", "is of no use when <spf> is false");
    }
    if (later && parameters.optional(KeyTables.PARAMETER).isEmpty()) {
      throw parameters.refusal("signing", "later needs the <keyTable> that will sign");
    }
    return new AlignmentParameters(
        spf,
        sources,
        parameters.optional("helo").isPresent()
            ? Optional.of(parameters.name("helo"))
            : Optional.empty(),
        new Terms(later, parameters.flag("requireDmarc", false)),
        action(parameters),
        header(parameters),
        Duration.ofSeconds(parameters.positive("timeoutSeconds", TIMEOUT)),
        parameters.span("holdFor", "15 min"),
        parameters.span("holdAtMost", "1 d"),
        parameters.optional("failProcessor").orElse("error"));
  }

  private static Action action(Parameters parameters) throws MessagingException {
    Set<String> words =
        Arrays.stream(Action.values()).map(Action::word).collect(Collectors.toSet());
    String word = parameters.oneOf("action", Action.MARK.word(), words);
    return Action.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static Optional<String> header(Parameters parameters) throws MessagingException {
    Optional<String> name = parameters.optional("header");
    if (name.filter(each -> !FIELD_NAME.matcher(each).matches()).isPresent()) {
      throw parameters.refusal("header", "is the name of a header field, not '" + name.get() + "'");
    }
    return name;
  }

  private static List<InetAddress> sources(Parameters parameters) throws MessagingException {
    List<InetAddress> sources = new ArrayList<>();
    for (String word : parameters.words("source")) {
      if (!InetAddresses.isInetAddress(word)) {
        throw parameters.refusal(
            "source", "has addresses of IPv4 or IPv6, separated by commas, not '" + word + "'");
      }
      sources.add(InetAddresses.forString(word));
    }
    return sources;
  }
}
