package dev.sluice.cli.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A jar as an application would build it, compiled on the spot. */
final class ModuleJar {
  private static final String SERVICE = "META-INF/services/dev.sluice.worker.TaskModule";

  private ModuleJar() {}

  /** Compiles {@code source}, the class {@code name}, into a jar; named as a module if asked. */
  static Path make(Path folder, String name, String source, boolean named) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("source"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path file = Files.writeString(sources.resolve(name + ".java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiled =
        compiler
            .getTask(
                null,
                null,
                null,
                options,
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
            .call();
    if (!compiled) {
      throw new IllegalStateException(name + " does not compile");
    }
    Path lib = Files.createDirectories(folder.resolve("lib"));
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(lib.resolve("my.jar")));
        Stream<Path> files = Files.list(classes)) {
      for (Path compiledClass : files.toList()) {
        entry(jar, compiledClass.getFileName().toString(), Files.readAllBytes(compiledClass));
      }
      Map<String, String> services = named ? Map.of(SERVICE, name) : Map.of();
      for (Map.Entry<String, String> service : services.entrySet()) {
        entry(jar, service.getKey(), service.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return lib;
  }

  private static void entry(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    OutputStream out = jar;
    out.write(content);
    jar.closeEntry();
  }
}
