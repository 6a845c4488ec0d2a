/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

/**
 * What an administrator may choose of how reports look.
 *
 * @param introduction the first lines of the text for persons; empty for the writer's own
 * @param subjectPrefix what the subject begins with; empty for nothing
 * @param returnsMail whether the mail, or its header, comes back
 */
public record ReportStyle(String introduction, String subjectPrefix, boolean returnsMail) {
  /** The writer's own words, with the mail. */
  public static final ReportStyle DEFAULT = new ReportStyle("", "", true);
}
