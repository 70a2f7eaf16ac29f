// Does with Lucene what `benches/search.rs` does with sihafa, on the articles and queries that it wrote:
// builds an index, asks it every query on one thread twice, and prints what the build and the second round cost.
//
//   java -cp ANSERINI.jar Peer.java FOLDER

import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.QueryBuilder;

public class Peer {
    static final Map<String, Analyzer> ANALYZERS = Map.of("fr", new FrenchAnalyzer(), "ar", new ArabicAnalyzer());

    // Words of the longest query.
    static final int WORDS = 5;

    // What a page of hits shows, the text not: as `benches/search.rs` asks without explanations.
    static final Set<String> SHOWN = Set.of("id", "title.fr", "title.ar");

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path index = folder.resolve("lucene");
        if (Files.exists(index)) {
            try (Stream<Path> files = Files.list(index)) {
                for (Path file : files.toList()) Files.delete(file);
            }
        }
        build(folder, index);
        ask(folder, index);
    }

    static void build(Path folder, Path index) throws Exception {
        Analyzer analyzer = new PerFieldAnalyzerWrapper(new FrenchAnalyzer(),
            Map.of("title.ar", new ArabicAnalyzer(), "body.ar", new ArabicAnalyzer()));
        IndexWriterConfig config = new IndexWriterConfig(analyzer);
        config.setRAMBufferSizeMB(64);
        double begun = cpu();
        long count = 0;
        long bytes = 0;
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(index), config);
             BufferedReader lines = Files.newBufferedReader(folder.resolve("articles.tsv"))) {
            for (String line; (line = lines.readLine()) != null; count++) {
                String[] cells = line.split("\t", 4);
                Document document = new Document();
                document.add(new StringField("id", cells[0], Field.Store.YES));
                document.add(new SortedDocValuesField("id", new BytesRef(cells[0])));
                document.add(new TextField("title." + cells[1], cells[2], Field.Store.YES));
                document.add(new TextField("body." + cells[1], cells[3], Field.Store.YES));
                writer.addDocument(document);
                bytes += cells[3].getBytes("UTF-8").length;
            }
            writer.commit();
        }
        double seconds = cpu() - begun;
        long size = 0;
        try (Stream<Path> files = Files.list(index)) {
            for (Path file : files.toList()) size += Files.size(file);
        }
        System.out.printf("build: %d articles, %.0f MB of text: %.1f CPU-s, %.0f articles and %.2f MB per CPU-second, %.0f MB on disk%n",
            count, bytes / 1e6, seconds, count / seconds, bytes / 1e6 / seconds, size / 1e6);
    }

    static void ask(Path folder, Path index) throws Exception {
        List<Query> queries = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("queries.tsv"))) {
            String[] cells = line.split("\t", 2);
            QueryBuilder builder = new QueryBuilder(ANALYZERS.get(cells[0]));
            BooleanQuery.Builder both = new BooleanQuery.Builder();
            for (String field : new String[] {"title.", "body."}) {
                Query query = builder.createBooleanQuery(field + cells[0], cells[1]);
                if (query != null) both.add(query, BooleanClause.Occur.SHOULD);
            }
            queries.add(both.build());
            lengths.add(cells[1].split(" ").length);
        }
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(index))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            time(searcher, queries);
            double[] times = time(searcher, queries);
            System.out.printf("ask: %d queries on one thread: %s%n", times.length, quantiles(times));
            for (int words = 1; words <= WORDS; words++) {
                int as = words;
                double[] some = IntStream.range(0, times.length).filter(at -> lengths.get(at) == as).mapToDouble(at -> times[at]).toArray();
                System.out.printf("  of %d words: %s%n", words, quantiles(some));
            }
        }
    }

    // What half of these milliseconds and 99 of 100 stay below.
    static String quantiles(double[] times) {
        Arrays.sort(times = times.clone());
        return String.format("p50 %.2f ms, p99 %.2f ms", times[times.length / 2], times[times.length * 99 / 100]);
    }

    static double[] time(IndexSearcher searcher, List<Query> queries) throws Exception {
        double[] times = new double[queries.size()];
        for (int at = 0; at < times.length; at++) {
            long begun = System.nanoTime();
            for (ScoreDoc hit : searcher.search(queries.get(at), 10).scoreDocs) searcher.storedFields().document(hit.doc, SHOWN);
            times[at] = (System.nanoTime() - begun) / 1e6;
        }
        return times;
    }

    static double cpu() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }
}
