/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import java.util.Optional;
import java.util.Properties;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.ProcessingState;

/** Stock's parameters as stock's own parts are to see them. */
final class DeliverySettings extends RemoteDeliveryConfiguration {
  DeliverySettings(MailetConfig config, DomainList domains) {
    super(config, domains);
  }

  /** Those of the mailet; stock's parts see none, since the loop tells of success itself. */
  Optional<ProcessingState> successProcessor() {
    return super.getOnSuccess();
  }

  @Override
  public Optional<ProcessingState> getOnSuccess() {
    return Optional.empty();
  }

  @Override
  public Properties createFinalJavaxProperties() {
    return protectingTheLogin(withoutWaiting(super.createFinalJavaxProperties()));
  }

  /** Without TLS the password of a smarthost would go in clear to whoever answers there. */
  private Properties protectingTheLogin(Properties properties) {
    if (getAuthUser() != null) {
      properties.putIfAbsent("mail.smtp.starttls.enable", "true");
      properties.putIfAbsent("mail.smtp.starttls.required", "true");
    }
    return properties;
  }

  @Override
  public Properties createFinalJavaxPropertiesWithSSL() {
    return withoutWaiting(super.createFinalJavaxPropertiesWithSSL());
  }

  /**
   * JavaMail ends a connection with QUIT also when a mail broke off within DATA, where nobody
   * answers: a wait would hold the thread until the time-out.
   */
  private static Properties withoutWaiting(Properties properties) {
    properties.putIfAbsent("mail.smtp.quitwait", "false");
    properties.putIfAbsent("mail.smtps.quitwait", "false");
    return properties;
  }
}
