/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import com.sun.mail.smtp.SMTPTransport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.mail.Message;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.MimeMessage;
import javax.net.ssl.SSLSocketFactory;

/**
 * One mail as a mail program hands it in: jakarta.mail, port 587's stand-in, STARTTLS, AUTH.
 *
 * @param dialogue what was said, without the password
 * @param body the body as it was sent
 * @param reply the last reply of the relay
 */
record Submission(List<String> dialogue, String body, String reply) {
  private static final Pattern QUEUE_ID = Pattern.compile("^250 .* as ([0-9A-Z]+)\\s*$");

  static final String BODY =
      """
      Dear Bob,

      this mail went from a client over STARTTLS with AUTH to a relay on this
      machine, through its chains, and to the server that played the next one.
      .A line that begins with a dot, and one with two:
      ..

      Alice
      """
          .replace("\n", "\r\n");

  /** What goes wrong in the dialogue is told in place of the reply. */
  static Submission send(TrialPlan plan, SSLSocketFactory trust) {
    ByteArrayOutputStream trace = new ByteArrayOutputStream();
    Session session = Session.getInstance(properties(plan, trust));
    session.setDebugOut(new PrintStream(trace, true, StandardCharsets.ISO_8859_1));
    session.setDebug(true);
    String reply = transmit(session, plan);
    String debug = trace.toString(StandardCharsets.ISO_8859_1);
    return new Submission(DialogueTrace.read(debug), BODY, reply);
  }

  private static String transmit(Session session, TrialPlan plan) {
    try (SMTPTransport transport = (SMTPTransport) session.getTransport("smtp")) {
      MimeMessage message = message(session);
      transport.connect("127.0.0.1", plan.submissionPort(), TrialPlan.USER, plan.password());
      transport.sendMessage(message, message.getAllRecipients());
      return transport.getLastServerResponse().strip();
    } catch (MessagingException e) {
      return e.toString();
    }
  }

  /** The id the relay gave the mail; empty if the reply names none. */
  String queueId() {
    Matcher matcher = QUEUE_ID.matcher(reply);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static Properties properties(TrialPlan plan, SSLSocketFactory trust) {
    Properties properties = new Properties();
    properties.put("mail.smtp.starttls.enable", "true");
    properties.put("mail.smtp.starttls.required", "true");
    properties.put("mail.smtp.ssl.socketFactory", trust);
    // The only certificate that is trusted is the relay's own: there is no other name to rule out.
    properties.put("mail.smtp.ssl.checkserveridentity", "false");
    properties.put("mail.smtp.auth", "true");
    properties.put("mail.smtp.auth.mechanisms", "PLAIN");
    properties.put("mail.smtp.localhost", "client." + TrialPlan.DOMAIN);
    properties.put("mail.smtp.from", TrialPlan.USER);
    properties.put("mail.smtp.connectiontimeout", "10000");
    properties.put("mail.smtp.timeout", "30000");
    properties.put("mail.smtp.port", String.valueOf(plan.submissionPort()));
    return properties;
  }

  @SuppressWarnings("JavaUtilDate") // javax.mail knows no other.
  private static MimeMessage message(Session session) throws MessagingException {
    MimeMessage message = new MimeMessage(session);
    message.setFrom(new InternetAddress(TrialPlan.USER));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(TrialPlan.RECIPIENT));
    message.setSubject("The first mail through this relay");
    message.setSentDate(new Date());
    message.setText(BODY, "us-ascii");
    return message;
  }
}
