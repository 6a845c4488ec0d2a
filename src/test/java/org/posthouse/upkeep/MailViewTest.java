/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MailViewTest {
  private static MailView view(List<MailView.RecipientView> recipients) {
    return new MailView(
        "1",
        null,
        "outgoing",
        null,
        null,
        null,
        null,
        "m",
        "a@x",
        recipients,
        null,
        "no key",
        null,
        0,
        null);
  }

  @Test
  void theListShouldNameWhoIsWaitedFor() {
    MailView view =
        view(
            List.of(
                new MailView.RecipientView("done@x", "delivered", "", 9, null),
                new MailView.RecipientView("no@x", "bounced", "", 9, "550 no"),
                new MailView.RecipientView("later@x", "queued", "", 2, "451 later"),
                new MailView.RecipientView("stop@x", "held", "", 1, "451 later")));
    assertThat(view.forwardPaths()).isEqualTo("<later@x>,<stop@x>");
    assertThat(view.attemptsMade()).isEqualTo("2");
    assertThat(view.errors()).isEqualTo("no key; 451 later");
  }

  @Test
  void whatCannotBeReadShouldBeAQuestionMark() {
    assertThat(view(null).forwardPaths()).isEqualTo("?");
    assertThat(view(null).attemptsMade()).isEqualTo("?");
  }
}
