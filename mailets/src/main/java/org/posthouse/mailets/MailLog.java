/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.Mail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What mailets did with a mail, among the lines that Posthouse's server writes of it. */
final class MailLog {
  private static final Logger MAIL = LoggerFactory.getLogger("org.posthouse.mail");

  /** Of Posthouse; other servers have none. */
  private static final AttributeName QUEUE_ID = AttributeName.of("org.posthouse.queue-id");

  private MailLog() {}

  /** A mail has new signatures, by the keys of these selectors. */
  static void signed(Mail mail, String domain, String selectors) {
    MAIL.info("signed id={} name={} d={} s={}", id(mail), mail.getName(), domain, selectors);
  }

  /** A mail goes on without a signature, or is not let through for that. */
  static void unsigned(Mail mail, String domainOfFrom, String why) {
    MAIL.info(
        "unsigned id={} name={} domain={} error=\"{}\"",
        id(mail),
        mail.getName(),
        domainOfFrom,
        why);
  }

  /** A mail keeps the header it came with: fields in it cannot be read, or a line of it is none. */
  static void unparsable(Mail mail, String why) {
    MAIL.warn(
        "unparsable id={} name={} error=\"{}\"", id(mail), mail.getName(), why.replace('"', '\''));
  }

  /** Recipients of a mail have become others. */
  static void redirected(Mail mail, Map<MailAddress, List<MailAddress>> changes) {
    changes.forEach(
        (before, after) ->
            MAIL.info(
                "redirected id={} name={} recipient=<{}> to={}",
                id(mail),
                mail.getName(),
                before.asString(),
                after.stream()
                    .map(each -> "<" + each.asString() + ">")
                    .collect(Collectors.joining(","))));
  }

  private static String id(Mail mail) {
    return AttributeUtils.getValueAndCastFromMail(mail, QUEUE_ID, String.class).orElse("-");
  }
}
