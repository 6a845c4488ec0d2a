/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressTableFileTest {
  private static final Address FROM = new Address("a", "d");

  private final AtomicLong nanos = new AtomicLong();

  @TempDir Path directory;

  @Test
  void changeShouldCountFromTheNextSecondOn() throws Exception {
    AddressTableFile table = open("a@d b@x\n");
    write("a@d longer@x\n");
    nanos.addAndGet(999_999_999);
    assertThat(table.rewrite(FROM)).contains(new Address("b", "x"));
    nanos.addAndGet(1);
    assertThat(table.rewrite(FROM)).contains(new Address("longer", "x"));
  }

  @Test
  void wrongOrMissingFileShouldLeaveTheTableAsItWas() throws Exception {
    AddressTableFile table = open("a@d b@x\n");
    write("nonsense\n");
    nanos.addAndGet(1_000_000_000);
    assertThat(table.rewrite(FROM)).contains(new Address("b", "x"));
    Files.delete(file());
    nanos.addAndGet(1_000_000_000);
    assertThat(table.rewrite(FROM)).contains(new Address("b", "x"));
    write("a@d back@x\n");
    nanos.addAndGet(1_000_000_000);
    assertThat(table.rewrite(FROM)).contains(new Address("back", "x"));
  }

  @Test
  void wrongFileShouldBeRefusedAtFirst() throws Exception {
    write("a@d\nb@d\n");
    assertThatThrownBy(() -> AddressTableFile.open(file(), TableOptions.DEFAULT))
        .isInstanceOf(RulesException.class)
        .hasMessageContaining(file() + ", line 1: ")
        .hasMessageContaining(file() + ", line 2: ");
  }

  private AddressTableFile open(String text) throws Exception {
    write(text);
    return AddressTableFile.open(file(), TableOptions.DEFAULT, nanos::get);
  }

  private void write(String text) throws Exception {
    Files.writeString(file(), text);
  }

  private Path file() {
    return directory.resolve("canonical");
  }
}
