/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.mailetcontainer.impl.MatcherConfigImpl;
import org.apache.james.transport.mailets.ToProcessor;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.GuiceGenericLoader;
import org.apache.mailet.Mailet;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
  @TempDir static Path home;
  private static RelayMailetLoader mailets;
  private static RelayMatcherLoader matchers;

  @BeforeAll
  static void putAMailetIntoExtensionsJars() throws Exception {
    jar("org.posthouse.mailets", "Null");
    jar("com.example", "Theirs");
    ExtendedClassLoader classes = new ExtendedClassLoader(new Home(home));
    GuiceGenericLoader loader = GuiceGenericLoader.forTesting(classes);
    mailets = new RelayMailetLoader(loader, classes, Set.of());
    matchers = new RelayMatcherLoader(loader, classes);
  }

  @Test
  void ourShortNamesShouldComeBeforeStocks() throws Exception {
    assertThat(load("Null").getClass().getName()).isEqualTo("org.posthouse.mailets.Null");
    assertThat(load("ToProcessor")).isInstanceOf(ToProcessor.class);
    assertThat(mailets.type("Null")).contains("org.posthouse.mailets.Null");
    assertThat(mailets.type("ToProcessor")).contains(ToProcessor.class.getName());
    assertThat(mailets.type("Theirs")).isEmpty();
  }

  @Test
  void fullNamesShouldLoadAsTheyAre() throws Exception {
    assertThat(load("org.apache.james.transport.mailets.Null").getClass().getName())
        .isEqualTo("org.apache.james.transport.mailets.Null");
    assertThat(load("com.example.Theirs").getClass().getName()).isEqualTo("com.example.Theirs");
    MatcherConfigImpl config = new MatcherConfigImpl();
    config.setMatcherName("org.apache.james.mailetcontainer.impl.matchers.Or");
    assertThat(matchers.getMatcher(config)).isNotNull();
  }

  @Test
  void classThatIsNoMailetShouldBeUnknown() {
    assertThat(mailets.problem("java.lang.String"))
        .hasValue("there is no mailet 'java.lang.String'");
  }

  private Mailet load(String name) throws Exception {
    return mailets.getMailet(
        FakeMailetConfig.builder().mailetName(name).setProperty("processor", "x").build());
  }

  private static void jar(String packageName, String name) throws Exception {
    Path source = home.resolve(name + ".java");
    Files.writeString(
        source,
        "package "
            + packageName
            + "; public class "
            + name
            + " extends org.apache.mailet.base.GenericMailet {"
            + " public void service(org.apache.mailet.Mail mail) {} }");
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", home.toString(), source.toString());
    assertThat(result).isZero();
    String entry = packageName.replace('.', '/') + "/" + name + ".class";
    Path jar = Files.createDirectories(home.resolve("extensions-jars")).resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry(entry));
      Files.copy(home.resolve(entry), entries);
    }
  }

  private record Home(Path path) implements FileSystem {
    @Override
    public InputStream getResource(String url) throws java.io.IOException {
      return Files.newInputStream(getFile(url).toPath());
    }

    @Override
    public File getFile(String url) {
      return path.resolve(url.substring(FILE_PROTOCOL.length())).toFile();
    }

    @Override
    public File getBasedir() {
      return path.toFile();
    }
  }
}
