/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.mail.MessagingException;
import org.apache.mailet.Attribute;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;

/**
 * Sends mail that goes round in circles to a processor that bounces it.
 *
 * <p>RFC 5321 section 6.3 detects loops by the number of {@code Received} fields and asks for a
 * threshold of at least 100; the fields that this host wrote itself tell much earlier. Mail over a
 * limit is not dropped: its state becomes {@code processor} and the attribute {@code
 * delivery-error}, which DSNBounce reports, becomes 5.4.6 (RFC 3463: routing loop detected).
 *
 * <pre>{@code
 * <mailet match="All" class="LoopGuard">
 *   <maxReceived>100</maxReceived>
 *   <maxOwnReceived>10</maxOwnReceived>
 *   <ownNames>mail.example.com, relay.example.com</ownNames>
 *   <processor>bounces</processor>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code maxReceived}: how many {@code Received} fields are let through; default 100
 *   <li>{@code maxOwnReceived}: how many of them may be {@code by} this host; default 10
 *   <li>{@code ownNames}: names of this host in {@code Received} fields, separated by commas;
 *       default: the host name that James announces itself with
 *   <li>{@code processor}: where looping mail goes; default {@code bounces}
 * </ul>
 */
public class LoopGuard extends GenericMailet {
  /** The attribute in which DSNBounce looks for what went wrong. */
  static final String DELIVERY_ERROR = "delivery-error";

  private static final Pattern BY = Pattern.compile("(?i)(?:^|\\s)by\\s+([^\\s;()]+)");

  private int maxReceived;
  private int maxOwnReceived;
  private Set<String> ownNames = Set.of();
  private ProcessingState processor = new ProcessingState("bounces");

  @Override
  public void init() throws MessagingException {
    Parameters.read(
        getMailetConfig(),
        Set.of("maxReceived", "maxOwnReceived", "ownNames", "processor"),
        this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    maxReceived = parameters.positive("maxReceived", 100);
    maxOwnReceived = parameters.positive("maxOwnReceived", 10);
    ownNames =
        parameters
            .optional("ownNames")
            .map(LoopGuard::names)
            .orElseGet(() -> Set.of(HostName.get()));
    processor = new ProcessingState(parameters.optional("processor").orElse("bounces"));
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    String[] received = mail.getMessage().getHeader("Received");
    if (received == null) {
      return;
    }
    long own = Arrays.stream(received).filter(this::isOurs).count();
    if (received.length > maxReceived || own > maxOwnReceived) {
      bounce(mail, received.length + " Received fields, " + own + " of them ours");
    }
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return List.of(processor);
  }

  @Override
  public String getMailetInfo() {
    return "LoopGuard";
  }

  /** DSNBounce copies the attribute into Status, whose grammar allows a comment (RFC 3464). */
  private void bounce(Mail mail, String evidence) {
    String error = "5.4.6 (Routing loop detected: " + evidence + ")";
    mail.setErrorMessage(error);
    mail.setAttribute(Attribute.convertToAttribute(DELIVERY_ERROR, error));
    mail.setState(processor.getValue());
  }

  private boolean isOurs(String field) {
    return byName(field).map(ownNames::contains).orElse(false);
  }

  private static Optional<String> byName(String field) {
    Matcher by = BY.matcher(field);
    return by.find() ? Optional.of(by.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  private static Set<String> names(String commaSeparated) {
    return Set.copyOf(Arrays.asList(commaSeparated.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)));
  }
}
