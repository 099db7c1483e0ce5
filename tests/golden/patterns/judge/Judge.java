import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/** Reads "pattern TAB event" a line and answers "match", "no" or "refused" a line, as AWS's ruler does. */
public final class Judge {
    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var verdicts = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] both = line.split("\t", 2);
            verdicts.println(verdict(both[0], both[1]));
        }
    }

    private static String verdict(String pattern, String event) throws Exception {
        var machine = new Machine();
        try {
            machine.addRule("rule", pattern);
        } catch (Exception refusal) {
            return "refused";
        }
        return machine.rulesForJSONEvent(event).isEmpty() ? "no" : "match";
    }
}
