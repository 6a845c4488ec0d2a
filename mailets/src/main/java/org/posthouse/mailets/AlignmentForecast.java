/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.alignment.AlignmentCheck;
import org.posthouse.alignment.Forecast;
import org.posthouse.alignment.Forecast.Outlook;
import org.posthouse.alignment.Outlet;
import org.posthouse.dns.Dns;
import org.posthouse.mailets.AlignmentParameters.Action;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.KeyTableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether mail will pass DMARC at its receivers, and marks, holds or refuses what will not.
 * All of the mailet CheckAlignment but where mail leaves from, which the server knows; that class
 * tells of the parameters.
 */
public abstract class AlignmentForecast extends GenericMailet {
  /** {@code pass}, {@code none}, {@code unknown} or {@code fail}. */
  public static final AttributeName ALIGNMENT = AttributeName.of("org.posthouse.alignment");

  /** Why, and what to publish, in a line; missing when the mail passes. */
  public static final AttributeName REASON = AttributeName.of("org.posthouse.alignment.reason");

  private static final Logger LOGGER = LoggerFactory.getLogger(AlignmentForecast.class);
  private static final AttributeName HELD_SINCE =
      AttributeName.of("org.posthouse.alignment.heldSince");

  /** RFC 7372 section 3.4: more than one of the checks of where mail comes from fails. */
  private static final String STATUS = "5.7.26";

  private final FileSystem fileSystem;
  private final Dns dns;
  private final MailQueueFactory<?> queues;
  private final KeyTables tables;
  private final Clock clock;
  private final Supplier<List<Outlet>> outlets = Suppliers.memoize(this::findOutlets);

  private @Nullable AlignmentParameters parameters;
  private @Nullable AlignmentCheck check;
  private @Nullable Deferral deferral;
  private @Nullable KeyTableFile watched;

  /** Asks this DNS; tables stand in the files, and held mail waits in the queue of the spool. */
  protected AlignmentForecast(
      FileSystem fileSystem, Dns dns, MailQueueFactory<?> queues, KeyTables tables, Clock clock) {
    this.fileSystem = fileSystem;
    this.dns = dns;
    this.queues = queues;
    this.tables = tables;
    this.clock = clock;
  }

  /**
   * By what mail may leave that comes by here; asked for once, with the first mail.
   *
   * @param written the addresses that are configured, which stand for all that the server knows;
   *     empty for what the server knows
   */
  protected abstract List<Outlet> outlets(List<InetAddress> written);

  @Override
  public void init() throws MessagingException {
    Parameters.read(getMailetConfig(), AlignmentParameters.KNOWN, this::read);
  }

  private void read(Parameters given) throws MessagingException {
    AlignmentParameters read = AlignmentParameters.read(given);
    Supplier<KeyTable> keys = () -> new KeyTable(List.of());
    if (given.has(KeyTables.PARAMETER)) {
      KeyTableFile table = tables.open(given, fileSystem);
      watched = table;
      keys = table::current;
    }
    parameters = read;
    check = new AlignmentCheck(dns, clock, read.timeout(), keys, read.terms());
    deferral =
        new Deferral(
            queues, clock, read.holdFor(), read.holdAtMost(), read.failProcessor(), HELD_SINCE);
  }

  /**
   * Only looks whether the parameters are right, but for the table of keys.
   *
   * @throws MessagingException with all that is wrong
   */
  public static void checkParameters(MailetConfig config) throws MessagingException {
    Parameters.read(config, AlignmentParameters.KNOWN, AlignmentParameters::read);
  }

  /** Whether mail leaves by what the server knows, since no parameter names it. */
  protected final boolean asksForOutlets() {
    return parameters().spf() && parameters().sources().isEmpty();
  }

  private List<Outlet> findOutlets() {
    AlignmentParameters now = parameters();
    return now.spf()
        ? outlets(now.sources()).stream()
            .map(each -> new Outlet(each.address(), now.helo().orElse(each.helo())))
            .distinct()
            .toList()
        : List.of();
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    RawHeaders message = RawHeaders.of(mail.getMessage());
    Forecast forecast = forecast(mail, message);
    String word = forecast.outlook().word();
    mail.setAttribute(new Attribute(ALIGNMENT, AttributeValue.of(word)));
    mail.removeAttribute(REASON);
    if (!forecast.text().isEmpty()) {
      mail.setAttribute(new Attribute(REASON, AttributeValue.of(forecast.text())));
    }
    Optional<String> header = parameters().header();
    if (header.isPresent()) {
      mark(message, header.get(), word);
    }
    if (forecast.outlook() == Outlook.FAIL) {
      fail(mail, forecast);
    } else {
      deferral().end(mail);
      LOGGER.debug("alignment {} of {}: {}", word, mail.getName(), forecast.text());
    }
  }

  private Forecast forecast(Mail mail, RawHeaders message) throws MessagingException {
    AlignmentCheck now = check;
    if (now == null) {
      throw new IllegalStateException("not initialised");
    }
    String sender = mail.getMaybeSender().asOptional().map(MailAddress::asString).orElse("");
    try {
      return now.check(sender, outlets.get(), message.fields(), () -> body(message));
    } catch (IOException e) {
      throw new MessagingException("the body of " + mail.getName() + " cannot be read", e);
    }
  }

  private static InputStream body(RawHeaders message) throws IOException {
    try {
      return message.openBody();
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  private static void mark(RawHeaders message, String name, String word) throws MessagingException {
    HeaderEdit edit = new HeaderEdit(message.fields());
    edit.forEach(field -> field.is(name) ? Optional.empty() : Optional.of(field));
    edit.prepend(List.of(name + ": " + word));
    message.setFields(edit.fields());
  }

  private void fail(Mail mail, Forecast forecast) throws MessagingException {
    String text = "DMARC will fail: " + forecast.text();
    Action action = parameters().action();
    LOGGER.info(
        "alignment name={} author={} action={} error=\"{}\"",
        mail.getName(),
        forecast.author().isEmpty() ? "-" : forecast.author(),
        action.word(),
        text.replace('"', '\''));
    String error = STATUS + " (" + text + ")";
    switch (action) {
      case MARK -> {
        return;
      }
      case HOLD -> deferral().defer(mail, error);
      case REFUSE -> {
        mail.setErrorMessage(error);
        mail.setState(parameters().failProcessor());
      }
    }
    if (!mail.getState().equals(Mail.GHOST)) {
      mail.setAttribute(Attribute.convertToAttribute(LoopGuard.DELIVERY_ERROR, error));
    }
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return parameters().action() == Action.MARK
        ? List.of()
        : List.of(new ProcessingState(parameters().failProcessor()));
  }

  @Override
  public void destroy() {
    if (watched != null) {
      watched.close();
    }
  }

  private AlignmentParameters parameters() {
    AlignmentParameters read = parameters;
    if (read == null) {
      throw new IllegalStateException("not initialised");
    }
    return read;
  }

  private Deferral deferral() {
    Deferral made = deferral;
    if (made == null) {
      throw new IllegalStateException("not initialised");
    }
    return made;
  }

  @Override
  public String getMailetInfo() {
    return "CheckAlignment";
  }
}
