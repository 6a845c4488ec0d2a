/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of doc/howto/chains run as they stand there. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class ExampleChainsTest {
  private static final Path PAGE = Path.of("doc/howto/chains.md");
  private static final Path SHIPPED = Path.of("../conf/mailetcontainer.xml");

  @TestFactory
  Stream<DynamicTest> examplesShouldDoWhatTheirPageSays(@TempDir Path directory) throws Exception {
    return PrivateNetwork.run(ExampleChainsInside.class, directory);
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> all = Files.list(ExampleHome.EXAMPLES)) {
      return all.sorted().toList();
    }
  }

  /** What guards against loops, open relaying and bounces to strangers has one form. */
  @ParameterizedTest
  @MethodSource("examples")
  void whatIsAsShippedShouldBe(Path example) throws Exception {
    Path chains = example.resolve("mailetcontainer.xml");
    for (String processor : List.of("delivery", "bounces", "denied", "error")) {
      assertThat(processor(chains, processor)).isEqualTo(processor(SHIPPED, processor));
    }
    String end = "<mailet match=\"All\" class=\"ToProcessor\"><processor>transport";
    String root = processor(SHIPPED, "root");
    assertThat(processor(chains, "root")).startsWith(root.substring(0, root.indexOf(end)));
  }

  private static String processor(Path file, String name) throws IOException {
    String text =
        Files.readString(file)
            .replaceAll("(?s)<!--.*?-->", "")
            .replace(" enableJmx=\"false\"", "")
            .replaceAll(">\\s+<", "><");
    Matcher found =
        Pattern.compile("<processor state=\"" + name + "\">(.*?)</processor>(?=<processor |</proc)")
            .matcher(text);
    assertThat(found.find()).as("%s in %s", name, file).isTrue();
    return found.group(1);
  }

  @Test
  void pageShouldNameEveryExample() throws Exception {
    String page = Files.readString(PAGE);
    assertThat(examples()).hasSize(6);
    for (Path example : examples()) {
      assertThat(page).contains("(chains/" + example.getFileName() + "/)");
    }
  }
}
