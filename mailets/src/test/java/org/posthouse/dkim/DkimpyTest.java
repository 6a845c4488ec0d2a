/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dkimpy agrees with us on what we signed and on what was changed since. */
class DkimpyTest {
  @TempDir Path directory;

  @Test
  void signedMessagesShouldVerify() throws Exception {
    Map<String, String> messages = AwkwardMessages.all();
    List<String> signed = new ArrayList<>();
    for (String message : messages.values()) {
      String text = AwkwardMessagesTest.sign(message);
      // SMTP ends the last line; dkimpy keeps a blank at the end of one that is not ended.
      signed.add(text.endsWith("\n") ? text : text + "\r\n");
    }
    List<String> verdicts = Dkimpy.verify("dkim", signed, TestKeys.dns(), directory);
    List<String> names = new ArrayList<>(messages.keySet());
    assertThat(verdicts).hasSameSizeAs(names);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean readable = !name.equals("blank before the colon");
      assertThat(verdicts.get(i))
          .as(name)
          .isEqualTo(readable ? "pass pass pass pass pass pass" : "unreadable");
    }
  }

  @Test
  void changedMessagesShouldNotVerify() throws Exception {
    String signed = AwkwardMessagesTest.sign("From: a@example.com\r\nTo: b@x\r\n\r\nbody\r\n");
    List<String> changed =
        List.of(
            signed.replace("body", "Body"),
            "From: b@example.com\r\n" + signed,
            "Cc: b@example.com\r\n" + signed,
            signed.replace("b@x", "c@x"));
    assertThat(Dkimpy.verify("dkim", changed, TestKeys.dns(), directory))
        .hasSize(4)
        .containsOnly("fail fail fail fail fail fail");
  }
}
