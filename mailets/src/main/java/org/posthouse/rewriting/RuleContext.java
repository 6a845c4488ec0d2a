/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.time.ZonedDateTime;

/** What header rules know of the mail beyond its header. */
public interface RuleContext {
  /** The reverse-path; empty for the null one. */
  String sender();

  /** The recipient when there is one only, else empty. */
  String recipient();

  /** The login of the client, or empty. */
  String login();

  /** The name of the mail in the spool. */
  String mailName();

  /** The text of an attribute of the mail, or empty. */
  String attribute(String name);

  /** The time for dates. */
  ZonedDateTime now();

  /** Whether the mail goes with SMTPUTF8 (RFC 6531). */
  boolean isUtf8();

  /**
   * Whether a matcher holds for all recipients.
   *
   * @param matcher one of {@link HeaderRules#matchers()}
   */
  boolean matches(String matcher);
}
