/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.EhloCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloExtension;
import org.apache.james.protocols.smtp.hook.HeloHook;
import org.jspecify.annotations.Nullable;

/** EHLO: the extensions that this relay has, then those of hooks and handlers. */
public final class EhloCommand extends EhloCmdHandler {
  private final Clock clock;
  private final Admissions admissions;
  private List<EhloExtension> extensions = List.of();

  @Inject
  public EhloCommand(MetricFactory metrics, Admissions admissions, Clock clock) {
    super(metrics);
    this.admissions = admissions;
    this.clock = clock;
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "nothing is wrong".
  protected @Nullable Response doFilterChecks(
      SMTPSession session, String command, @Nullable String name) {
    if (!ClientName.isOne(name)) {
      return Replies.HELO_NAME;
    }
    return super.doFilterChecks(session, command, String.valueOf(name));
  }

  @Override
  protected Response doCoreCmd(SMTPSession session, String command, String name) {
    SMTPResponse reply = new SMTPResponse("250", ClientName.greeting(session, name));
    features(RelaySession.of(session)).forEach(reply::appendLine);
    ClientName.set(session, command, name);
    return reply;
  }

  /** One line for each keyword, whoever names it. */
  private List<String> features(RelaySession session) {
    Admission admission = admissions.of(session); // before ours, which asks for the right
    Map<String, String> lines = new LinkedHashMap<>();
    List<String> all = new ArrayList<>(ours(session));
    extensions.stream()
        .filter(extension -> extension != this)
        .map(extension -> extension.getImplementedEsmtpFeatures(session))
        .forEach(all::addAll);
    hooks().forEach(hook -> all.addAll(hook.implementedEsmtpFeatures(session)));
    // Clients do not say EHLO again after AUTH: before it they see what a login may give them.
    boolean mayLogIn = mayLogIn(session);
    for (String line : all.stream().filter(each -> mayLogIn || admission.offers(each)).toList()) {
      lines.putIfAbsent(line.split(" ", 2)[0].toUpperCase(Locale.ROOT), line);
    }
    return List.copyOf(lines.values());
  }

  private List<String> ours(RelaySession session) {
    List<String> ours =
        new ArrayList<>(
            List.of(
                "PIPELINING",
                "ENHANCEDSTATUSCODES",
                "8BITMIME",
                "SMTPUTF8",
                "DSN",
                "MT-PRIORITY",
                "LIMITS RCPTMAX=" + session.door().limits().recipients(),
                "SIZE " + session.getConfiguration().getMaxMessageSize()));
    if (session.isRelayingAllowed() || mayLogIn(session)) {
      ours.add(futureRelease());
      ours.add("DELIVERBY"); // no least time (RFC 2852, section 2): what is too short comes back
    }
    return ours;
  }

  private static boolean mayLogIn(RelaySession session) {
    return session.takesLogins() && session.getUsername() == null;
  }

  /** RFC 4865 section 3: the longest interval, and the time that it ends at. */
  private String futureRelease() {
    return "FUTURERELEASE "
        + MailParameters.LONGEST_HOLD.toSeconds()
        + " "
        + DateTimeFormatter.ISO_INSTANT.format(
            clock.instant().plus(MailParameters.LONGEST_HOLD).truncatedTo(ChronoUnit.SECONDS));
  }

  private List<HeloHook> hooks() {
    return Optional.ofNullable(getHooks()).orElse(List.of());
  }

  @Override
  public List<String> getImplementedEsmtpFeatures(SMTPSession session) {
    return List.of();
  }

  @Override
  public void wireExtensions(Class<?> interfaceName, List<?> all) {
    super.wireExtensions(interfaceName, all);
    if (EhloExtension.class.equals(interfaceName)) {
      extensions = all.stream().map(EhloExtension.class::cast).toList();
    }
  }
}
