/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.mailet.Mailet;
import org.apache.mailet.Matcher;

/** Writes the reference page of our mailets and matchers, which is their Javadoc. */
final class MailetReference {
  private static final String BEGIN =
      """
      # Mailets and matchers of Posthouse

      This page is made from the Javadoc of the classes by a test, which fails where they differ; the tables of
      [CONFIGURATION.md](CONFIGURATION.md#mailetcontainerxml) are the same in short. All but CheckAlignment, DSNBounce and
      RemoteDelivery are in the jar of the mailets, which works in a stock James 3.8 too: `dkim.xml`, the log and
      the forecast of delivery are Posthouse's, and so is the promise that what a mailet does not change stays byte for
      byte: a stock James edits messages by JavaMail, and may add fields or fold them anew when it writes them. Stock's
      mailets and matchers are described by James' own pages.
      """;

  private MailetReference() {}

  /**
   * The page.
   *
   * @param sources directories with the classes
   */
  static String page(List<Path> sources) throws IOException {
    Map<String, String> mailets = new TreeMap<>();
    Map<String, String> matchers = new TreeMap<>();
    for (Map.Entry<String, String> each : comments(sources).entrySet()) {
      Class<?> type = type(each.getKey());
      Map<String, String> all = Mailet.class.isAssignableFrom(type) ? mailets : matchers;
      if (Mailet.class.isAssignableFrom(type) || Matcher.class.isAssignableFrom(type)) {
        all.put(type.getSimpleName(), each.getValue());
      }
    }
    StringBuilder page = new StringBuilder(BEGIN);
    add(page, "Mailets", mailets);
    add(page, "Matchers", matchers);
    return page.toString();
  }

  private static void add(StringBuilder page, String heading, Map<String, String> parts) {
    page.append("\n## ").append(heading).append('\n');
    parts.forEach(
        (name, text) ->
            page.append("\n### ").append(name).append("\n\n").append(text).append('\n'));
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, MailetReference.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new LinkageError(name, e);
    }
  }

  /** By the names of public classes of which there can be objects. */
  private static Map<String, String> comments(List<Path> sources) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path directory : sources) {
      try (Stream<Path> all = Files.list(directory)) {
        all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, String> comments = new TreeMap<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree each : unit.getTypeDecls()) {
          DocCommentTree comment = trees.getDocCommentTree(new TreePath(new TreePath(unit), each));
          if (comment != null && each instanceof ClassTree type && isUsable(type)) {
            String name = unit.getPackageName() + "." + type.getSimpleName();
            comments.put(name, new Markdown(type(name)).add(comment.getFullBody()).toString());
          }
        }
      }
    }
    return comments;
  }

  private static boolean isUsable(ClassTree type) {
    return type.getModifiers().getFlags().contains(Modifier.PUBLIC)
        && !type.getModifiers().getFlags().contains(Modifier.ABSTRACT);
  }

  /** The few elements and tags that our Javadoc has. */
  private static final class Markdown {
    private final StringBuilder text = new StringBuilder();
    private final Class<?> of;
    private boolean isCode;

    Markdown(Class<?> of) {
      this.of = of;
    }

    Markdown add(List<? extends DocTree> trees) {
      trees.forEach(this::add);
      return this;
    }

    private void add(DocTree tree) {
      if (tree instanceof TextTree words) {
        words(words.getBody());
      } else if (tree instanceof LiteralTree literal) {
        code(literal.getBody().getBody());
      } else if (tree instanceof LinkTree link) {
        String label = new Markdown(of).add(link.getLabel()).toString();
        String name = link.getReference().getSignature();
        if (name.matches("#[A-Z_]+")) {
          code(constant(name.substring(1)));
          return;
        }
        code(label.isEmpty() ? name.substring(name.indexOf('#') + 1) : label);
      } else if (tree instanceof ValueTree value) {
        code(constant(value.getReference().getSignature().substring(1)));
      } else if (tree instanceof EntityTree entity) {
        words(entity(entity.getName().toString()));
      } else if (tree instanceof StartElementTree element) {
        begin(element.getName().toString());
      } else if (tree instanceof EndElementTree element) {
        end(element.getName().toString());
      } else {
        throw new IllegalStateException("the reference page has no form for " + tree);
      }
    }

    private void words(String words) {
      String joined = words.replaceAll("\\s+", " ");
      boolean begins = text.isEmpty() || text.charAt(text.length() - 1) == '\n';
      text.append(begins ? joined.stripLeading() : joined);
    }

    private void code(String code) {
      if (isCode) {
        text.append(code.strip().replace("\n ", "\n"));
      } else {
        text.append('`').append(code.replaceAll("\\s+", " ").strip()).append('`');
      }
    }

    private String constant(String name) {
      try {
        Field field = of.getDeclaredField(name);
        field.setAccessible(true);
        return String.valueOf(field.get(null));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(of + "." + name, e);
      }
    }

    private static String entity(String name) {
      return switch (name) {
        case "lt" -> "<";
        case "gt" -> ">";
        case "amp" -> "&";
        default -> throw new IllegalStateException("the reference page knows no &" + name + ";");
      };
    }

    private void begin(String element) {
      switch (element) {
        case "p" -> part("\n\n");
        case "pre" -> {
          part("\n\n```xml\n");
          isCode = true;
        }
        case "ul" -> part("\n");
        case "li" -> part("\n- ");
        case "em", "i" -> text.append('*');
        case "code" -> text.append('`');
        default -> throw new IllegalStateException("the reference page has no <" + element + ">");
      }
    }

    private void end(String element) {
      switch (element) {
        case "pre" -> {
          part("\n```\n\n");
          isCode = false;
        }
        case "ul" -> part("\n\n");
        case "em", "i" -> text.append('*');
        case "code" -> text.append('`');
        default -> part("");
      }
    }

    private void part(String mark) {
      text.replace(0, text.length(), text.toString().stripTrailing());
      text.append(mark);
    }

    @Override
    public String toString() {
      return text.toString().strip();
    }
  }
}
