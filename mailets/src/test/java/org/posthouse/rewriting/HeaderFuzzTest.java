/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;

/** Whatever header a stranger sends, what is edited stays one field, and the rest as it was. */
class HeaderFuzzTest {
  private static final InternalNames INTERNAL = internal();

  private static InternalNames internal() {
    try {
      return InternalNames.of(List.of("10.0.0.0/8", "corp.test"));
    } catch (RulesException e) {
      throw new AssertionError(e);
    }
  }

  /** The fields and the empty line are the block, octet by octet. */
  @FuzzTest
  void blockShouldBeItsFields(byte[] input) {
    HeaderBlock block = HeaderBlock.parse(input);
    StringBuilder all = new StringBuilder();
    block.fields().forEach(field -> all.append(field.line()).append(field.end()));
    all.append(block.emptyLine());
    String whole = new String(input, ISO_8859_1);
    assertThat(whole).startsWith(all.toString());
    if (block.emptyLine().isEmpty()) {
      assertThat(all.length()).isEqualTo(whole.length());
    }
  }

  @FuzzTest
  void hidingShouldLeaveTheSameFields(byte[] input) {
    List<HeaderField> fields = HeaderBlock.parse(input).fields();
    HeaderEdit edit = new HeaderEdit(fields);
    new HiddenHops(INTERNAL, Set.of("relay.test"), "hidden", false).apply(edit);
    assertThat(edit.fields())
        .extracting(HeaderField::name)
        .containsExactlyElementsOf(fields.stream().map(HeaderField::name).toList());
    for (int i = 0; i < fields.size(); i++) {
      HeaderField field = edit.fields().get(i);
      assertThat(isOneField(field.line()) || field.equals(fields.get(i))).isTrue();
      if (!field.is("Received")) {
        assertThat(field).isEqualTo(fields.get(i));
      }
    }
  }

  /** A rewritten field is one field, and says the same when it is read once more. */
  @FuzzTest
  void rewrittenAddressesShouldStayInTheirField(byte[] input) {
    String line = "To:" + new String(input, ISO_8859_1).replaceAll("\r?\n(?![ \t])", "");
    AddressRewriting toNew = address -> Optional.of(address.withDomain("new.test"));
    if (AddressFields.rewrite(line, "\r\n", toNew)
        instanceof AddressFields.Outcome.Rewritten rewritten) {
      assertThat(isOneField(rewritten.line()) || !isOneField(line)).isTrue();
      assertThat(AddressFields.rewrite(rewritten.line(), "\r\n", toNew))
          .isInstanceOf(AddressFields.Outcome.Unchanged.class);
    }
  }

  private static boolean isOneField(String line) {
    return !line.matches("(?s).*\n(?![ \t]).*");
  }
}
