/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

/**
 * One open port.
 *
 * @param name the server's name in smtpserver.xml ({@code jmxName})
 * @param address host and port as bound
 * @param tls {@code none}, {@code starttls} or {@code implicit}
 */
public record Listener(String name, String address, String tls) {}
