/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.rrt.api.RecipientRewriteTable.ErrorMappingException;
import org.apache.james.rrt.api.RecipientRewriteTable.TooManyMappingException;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.Mappings;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads mail to where the server's recipient rewrite table says. As stock's mailet of that name,
 * which it stands for, it leaves recipients of own domains in the mail, and sends the mail once
 * more through all processors for those of other domains. Unlike stock's, that is one mail for all
 * of them, and where they have been led to is not looked up again, so that none goes round for
 * ever. Who is mapped to himself and to others keeps the mail. What the sender wants to hear of a
 * recipient (RFC 3461) goes along to each address that he becomes; who is led to an address that
 * has the mail anyway gets it once. Where the mail cannot be sent on, it is not lost: the whole
 * mail goes to the processor {@code error}.
 *
 * <pre>{@code
 * <mailet match="All" class="RecipientRewriteTable">
 *   <errorProcessor>bounces</errorProcessor>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code errorProcessor}: where mail goes for recipients that cannot be led anywhere, one
 *       mail for each reason, which stands in {@code delivery-error} and is its error message:
 *       5.4.6 (RFC 3463) where they are led in a circle, the text of a mapping to an error, or else
 *       5.3.5; default {@code error}
 * </ul>
 */
public class RecipientRewriteTable extends GenericMailet {
  private static final Logger LOGGER = LoggerFactory.getLogger(RecipientRewriteTable.class);
  private static final String ERROR_PROCESSOR = "errorProcessor";

  /** Recipients that mappings have led to, and those that they have led on. */
  private static final AttributeName ENDS = AttributeName.of("org.posthouse.mapped.to");

  private static final AttributeName PASSED = AttributeName.of("org.posthouse.mapped.from");

  private final org.apache.james.rrt.api.RecipientRewriteTable table;
  private final DomainList domains;

  private ProcessingState errorProcessor = new ProcessingState(Mail.ERROR);

  @Inject
  public RecipientRewriteTable(
      org.apache.james.rrt.api.RecipientRewriteTable table, DomainList domains) {
    this.table = table;
    this.domains = domains;
  }

  @Override
  public void init() throws MessagingException {
    Parameters.read(
        getMailetConfig(),
        Set.of(ERROR_PROCESSOR),
        parameters ->
            errorProcessor =
                new ProcessingState(parameters.optional(ERROR_PROCESSOR).orElse(Mail.ERROR)));
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    Set<String> ends = texts(mail, ENDS);
    Set<String> passed = texts(mail, PASSED);
    Map<MailAddress, List<MailAddress>> led = new LinkedHashMap<>();
    Map<String, List<MailAddress>> failed = new LinkedHashMap<>();
    for (MailAddress recipient : mail.getRecipients()) {
      String text = recipient.asString();
      try {
        List<MailAddress> targets = ends.contains(text) ? List.of() : targets(recipient);
        if (!targets.isEmpty() && !targets.equals(List.of(recipient))) {
          if (passed.contains(text)) {
            throw new TooManyMappingException("it has been here");
          }
          led.put(recipient, targets);
        }
      } catch (ErrorMappingException | RecipientRewriteTableException e) {
        String why = reason(e);
        LOGGER.warn("recipient <{}> of {} is led nowhere: {}", recipient, mail.getName(), why);
        failed.computeIfAbsent(why, same -> new ArrayList<>()).add(recipient);
      }
    }
    if (!led.isEmpty() || !failed.isEmpty()) {
      MailLog.redirected(mail, led);
      lead(mail, led, failed);
    }
  }

  /** What leaves the mail is sent before it does. */
  private void lead(
      Mail mail, Map<MailAddress, List<MailAddress>> led, Map<String, List<MailAddress>> failed)
      throws MessagingException {
    Set<MailAddress> stay = new LinkedHashSet<>(mail.getRecipients());
    stay.removeIf(to -> !led.getOrDefault(to, List.of(to)).contains(to));
    failed.values().forEach(stay::removeAll);
    for (Map.Entry<String, List<MailAddress>> each : failed.entrySet()) {
      List<MailAddress> those = each.getValue();
      sendFailed(
          mail, changes(mail, to -> those.contains(to) ? List.of(to) : List.of()), each.getKey());
    }
    sendAway(
        mail,
        changes(
            mail,
            to ->
                led.getOrDefault(to, List.of()).stream()
                    .filter(target -> !isOwn(target) && !stay.contains(target))
                    .toList()));
    RecipientChange.apply(
        mail,
        changes(
            mail,
            to ->
                Stream.concat(
                        Stream.of(to).filter(stay::contains),
                        led.getOrDefault(to, List.of()).stream()
                            .filter(target -> isOwn(target) || stay.contains(target)))
                    .distinct()
                    .toList()));
    if (mail.getRecipients().isEmpty()) {
      mail.setState(Mail.GHOST);
    }
  }

  private static Map<MailAddress, List<MailAddress>> changes(
      Mail mail, Function<MailAddress, List<MailAddress>> change) {
    return mail.getRecipients().stream()
        .collect(Collectors.toMap(Function.identity(), change, (one, same) -> one));
  }

  private boolean isOwn(MailAddress address) {
    return getMailetContext().isLocalServer(address.getDomain());
  }

  /** Recipients that others have been led to are not looked up again, nor is anyone led twice. */
  private void sendAway(Mail mail, Map<MailAddress, List<MailAddress>> recipients)
      throws MessagingException {
    Set<String> ends = new LinkedHashSet<>();
    Set<String> passed = new LinkedHashSet<>(texts(mail, PASSED));
    recipients.forEach(
        (from, targets) -> {
          targets.forEach(to -> ends.add(to.asString()));
          if (!targets.isEmpty()) {
            passed.add(from.asString());
          }
        });
    if (!ends.isEmpty()) {
      send(
          mail,
          recipients,
          Mail.DEFAULT,
          copy -> {
            copy.setAttribute(attribute(ENDS, ends));
            copy.setAttribute(attribute(PASSED, passed));
          });
    }
  }

  private static Attribute attribute(AttributeName name, Set<String> texts) {
    List<AttributeValue<?>> values = new ArrayList<>();
    texts.forEach(text -> values.add(AttributeValue.of(text)));
    return new Attribute(name, AttributeValue.of(values));
  }

  private static Set<String> texts(Mail mail, AttributeName name) {
    return mail
        .getAttribute(name)
        .map(attribute -> (Object) attribute.getValue().value())
        .filter(Collection.class::isInstance)
        .map(all -> (Collection<?>) all)
        .orElse(List.of())
        .stream()
        .filter(AttributeValue.class::isInstance)
        .map(each -> String.valueOf((Object) ((AttributeValue<?>) each).value()))
        .collect(Collectors.toSet());
  }

  private void sendFailed(Mail mail, Map<MailAddress, List<MailAddress>> recipients, String why)
      throws MessagingException {
    send(
        mail,
        recipients,
        errorProcessor.getValue(),
        copy -> {
          copy.setErrorMessage(why);
          copy.setAttribute(Attribute.convertToAttribute(LoopGuard.DELIVERY_ERROR, why));
        });
  }

  private void send(
      Mail mail, Map<MailAddress, List<MailAddress>> recipients, String state, Consumer<Mail> mark)
      throws MessagingException {
    Mail copy = mail.duplicate();
    try {
      RecipientChange.apply(copy, recipients);
      mark.accept(copy);
      getMailetContext().sendMail(copy, state);
    } finally {
      LifecycleUtil.dispose(copy);
    }
  }

  private List<MailAddress> targets(MailAddress recipient)
      throws ErrorMappingException, RecipientRewriteTableException {
    Mappings mappings = table.getResolvedMappings(recipient.getLocalPart(), recipient.getDomain());
    Set<MailAddress> targets = new LinkedHashSet<>();
    for (Mapping mapping : mappings == null ? List.<Mapping>of() : mappings) {
      targets.add(
          mapping
              .appendDomainFromThrowingSupplierIfNone(this::defaultDomain)
              .asMailAddress()
              .orElseThrow(() -> noAddress(mapping)));
    }
    return List.copyOf(targets);
  }

  private Domain defaultDomain() throws RecipientRewriteTableException {
    try {
      return domains.getDefaultDomain();
    } catch (DomainListException e) {
      throw new RecipientRewriteTableException("there is no default domain", e);
    }
  }

  private static RecipientRewriteTableException noAddress(Mapping mapping) {
    return new RecipientRewriteTableException(
        "a mapping leads to '" + mapping.getMappingValue() + "', which is no address");
  }

  private static String reason(Exception e) {
    if (e instanceof TooManyMappingException) {
      return "5.4.6 the recipient is mapped in a circle, or too many times";
    }
    return (e instanceof ErrorMappingException ? "" : "5.3.5 ") + e.getMessage();
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return List.of(errorProcessor);
  }

  @Override
  public String getMailetInfo() {
    return "RecipientRewriteTable";
  }
}
