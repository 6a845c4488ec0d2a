/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.Mappings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.FilesOf;

class RewriteTableTest {
  private static final Domain HERE = Domain.of("here.test");

  @TempDir private Path directory;

  private Mappings resolved(String user, String mapping) throws Exception {
    return table("mapping", mapping)
        .getResolvedMappings(user, HERE, EnumSet.allOf(Mapping.Type.class));
  }

  private RewriteTable table(String... elements) throws Exception {
    RewriteTable table = new RewriteTable(new FilesOf(directory));
    table.setDomainList(
        (DomainList)
            Proxy.newProxyInstance(
                DomainList.class.getClassLoader(),
                new Class<?>[] {DomainList.class},
                (self, method, arguments) ->
                    switch (method.getName()) {
                      case "containsDomain" -> HERE.equals(arguments[0]);
                      case "getDefaultDomain" -> HERE;
                      default -> List.of(HERE);
                    }));
    BaseHierarchicalConfiguration configuration = new BaseHierarchicalConfiguration();
    for (int i = 0; i < elements.length; i += 2) {
      configuration.addProperty(elements[i], elements[i + 1]);
    }
    table.configure(configuration);
    return table;
  }

  private static List<String> targets(RewriteTable table, String user) throws Exception {
    return table
        .getResolvedMappings(user, HERE, EnumSet.allOf(Mapping.Type.class))
        .asStream()
        .map(Mapping::getMappingValue)
        .toList();
  }

  private Path write(String text) throws Exception {
    return Files.writeString(directory.resolve("recipients"), text);
  }

  @Test
  void addressThatIsMappedToItselfShouldKeepItsOtherTargets() throws Exception {
    assertThat(
            resolved("bob", "bob@here.test=copy@here.test;bob@here.test")
                .asStream()
                .map(Mapping::asMailAddress)
                .map(Optional::orElseThrow)
                .map(MailAddress::asString))
        .containsExactlyInAnyOrder("bob@here.test", "copy@here.test");
    assertThat(resolved("bob", "bob@here.test=bob@here.test").asStream()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "bob, bob@here.test=Ann.Lee@Example.org, Ann.Lee@Example.org",
    "Bob+Tag, *@here.test=domain:example.org, Bob+Tag@example.org",
    "Bob, *@here.test=DOMAIN:example.org, Bob@example.org",
    "X-Foo, *@here.test=regex:x-(.*)@here.test:${1}@example.org, Foo@example.org",
    "BOB, Bob@here.test=ann, ann@here.test",
    "'\"m\u00fcller\"', m\u00fcller@here.test=ann@example.org, ann@example.org",
  })
  void localPartShouldKeepItsCase(String user, String mapping, String target) throws Exception {
    assertThat(targets(table("mapping", mapping), user)).containsExactly(target);
  }

  @Test
  void userInAFileShouldKeepItsCase() throws Exception {
    Path file = write("@old.test @example.org\nplus@here.test Other@example.org\n");
    RewriteTable table = table("file", "" + file);
    assertThat(targets(table, "plus+Tag")).containsExactly("Other+Tag@example.org");
    assertThat(
            table
                .getResolvedMappings(
                    "Bob.Smith", Domain.of("old.test"), EnumSet.allOf(Mapping.Type.class))
                .asStream()
                .map(Mapping::getMappingValue))
        .containsExactly("Bob.Smith@example.org");
  }

  @Test
  void targetsShouldBeLookedUpAgainOnlyWhereThatIsWanted() throws Exception {
    String mapping = "a@here.test=b@here.test,b@here.test=c@here.test";
    assertThat(targets(table("mapping", mapping), "a")).containsExactly("c@here.test");
    RewriteTable once = table("mapping", mapping, "recursiveMapping", "false");
    assertThat(targets(once, "a")).containsExactly("b@here.test");
    assertThat(targets(once, "else")).isEmpty();
    assertThat(targets(table("recursiveMapping", "false"), "a")).isEmpty();
    assertThat(targets(table("mapping", mapping, "mappingLimit", "2"), "a")).hasSize(1);
    assertThatThrownBy(() -> targets(table("mapping", mapping, "mappingLimit", "1"), "a"))
        .isInstanceOf(RecipientRewriteTable.TooManyMappingException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a, 'a@here.test=b@here.test,b@here.test=b@here.test;x@y.test', 'b@here.test x@y.test'",
    "a, 'a@here.test=a@here.test;b@here.test,b@here.test=b@here.test;a@here.test', 'a@here.test b@here.test'",
    "keep, *@here.test=copy@y.test;keep@here.test, 'copy@y.test keep@here.test'",
    "any, '*=all@y.test,*@there.test=x@y.test,one@here.test=y@y.test', all@y.test",
    "all, '*=all@here.test', all@here.test",
    "a, 'a@here.test=b@here.test;c@here.test,b@here.test=d@y.test,c@here.test=d@y.test', d@y.test",
  })
  void whoIsMappedToHimselfShouldEndTheCircle(String user, String mapping, String targets)
      throws Exception {
    assertThat(targets(table("mapping", mapping), user))
        .containsExactlyInAnyOrder(targets.split(" ", -1));
  }

  @Test
  void circleShouldBeTold() throws Exception {
    RewriteTable table = table("mapping", "a@here.test=b@here.test,b@here.test=a@here.test");
    assertThatThrownBy(() -> targets(table, "a"))
        .isInstanceOf(RecipientRewriteTable.TooManyMappingException.class);
  }

  @Test
  void errorShouldBeToldAsItIsWritten() throws Exception {
    RewriteTable table = table("mapping", "a@here.test=error:550 5.1.6 She has Moved");
    assertThatThrownBy(() -> targets(table, "a"))
        .isInstanceOf(RecipientRewriteTable.ErrorMappingException.class)
        .hasMessage("550 5.1.6 She has Moved");
  }

  @Test
  void fileShouldBeAskedForWhatNoMappingIsFor() throws Exception {
    Path file =
        write(
            """
            # role      who
            sales@here.test  alice@example.org
            root@here.test   nobody@example.org
            boss@here.test   sales@here.test
            Self@here.test   Self@here.test
            @old.test        @here.test
            """);
    RewriteTable table = table("mapping", "root@here.test=admin@example.org", "file", "" + file);
    assertThat(targets(table, "sales")).containsExactly("alice@example.org");
    assertThat(targets(table, "sales+q3")).containsExactly("alice+q3@example.org");
    assertThat(targets(table, "boss")).containsExactly("alice@example.org");
    assertThat(targets(table, "root")).containsExactly("admin@example.org");
    assertThat(targets(table, "self")).isEmpty();
    assertThat(targets(table, "else")).isEmpty();
    assertThat(
            table
                .getResolvedMappings(
                    "sales", Domain.of("old.test"), EnumSet.allOf(Mapping.Type.class))
                .asStream()
                .map(Mapping::getMappingValue))
        .containsExactly("alice@example.org");
  }

  @Test
  void fileShouldBeReadAgainWhenItHasChanged() throws Exception {
    Path file = write("sales@here.test alice@example.org\n");
    RewriteTable table = table("file", "" + file);
    assertThat(targets(table, "sales")).containsExactly("alice@example.org");
    write("sales@here.test robert@example.org\n");
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(targets(table, "sales")).containsExactly("robert@example.org"));
  }

  @Test
  void circleInTheFileShouldBeTold() throws Exception {
    Path file = write("a@here.test b@here.test\nb@here.test a@here.test\n");
    RewriteTable table = table("file", "" + file, "mappingLimit", "5");
    assertThatThrownBy(() -> targets(table, "a"))
        .isInstanceOf(RecipientRewriteTable.TooManyMappingException.class);
  }

  @Test
  void wrongFileShouldBeToldWithItsLines() throws Exception {
    Path file = write("a@here.test b@example.org\nc@here.test\nd@here.test x@a.org, y@a.org\n");
    assertThat(RewriteTable.problems(new FilesOf(directory), "" + file))
        .hasSize(2)
        .anyMatch(text -> text.contains("recipients") && text.contains("2"))
        .anyMatch(text -> text.contains("one address is needed"));
    assertThat(RewriteTable.problems(new FilesOf(directory), directory + "/none"))
        .containsExactly(directory + "/none does not exist");
  }

  @Test
  void mappingsShouldLeadToAddresses() throws Exception {
    assertThat(resolved("root", "root@here.test=ad.min@example.org").asStream())
        .extracting(mapping -> mapping.asMailAddress().orElseThrow())
        .containsExactly(new MailAddress("ad.min@example.org"));
    assertThat(resolved("x7", "*@here.test=regex:x(.*)@here.test:y${1}@example.org").asStream())
        .extracting(mapping -> mapping.asMailAddress().orElseThrow())
        .containsExactly(new MailAddress("y7@example.org"));
    assertThat(resolved("root", "root@here.test=a@example.org;b@example.org").asStream())
        .extracting(Mapping::getMappingValue)
        .containsExactlyInAnyOrder("a@example.org", "b@example.org");
    assertThat(resolved("else", "root@here.test=admin@example.org").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ad min@example.org",
        "m\u00fcller@example.org",
        "admin.@example.org",
        ".admin@example.org",
        "admin@exa_mple.org"
      })
  void mappingThatLeadsToNoAddressShouldFailAndNotDropTheMail(String target) {
    assertThatThrownBy(() -> resolved("root", "root@here.test=" + target))
        .isInstanceOf(RecipientRewriteTableException.class);
  }
}
