package io.souk.models.summary;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Cuts English text into sentences: a blank line always ends one; otherwise the platform's rules hold, except that no
 * sentence ends after a common abbreviation or an initial.
 */
final class Sentences {
    private static final Pattern PARAGRAPH = Pattern.compile("\\R\\s*\\R");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern INITIAL = Pattern.compile("\\p{Lu}\\.");
    private static final Set<String> ABBREVIATIONS = Set.of(
            "mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "sr.", "jr.", "gen.", "col.", "capt.", "lt.", "sgt.", "rev.",
            "hon.", "gov.", "sen.", "rep.", "pres.", "no.", "nos.", "vs.", "v.", "e.g.", "i.e.", "cf.", "ca.", "c.",
            "approx.", "fig.", "figs.", "eq.", "vol.", "pp.", "p.", "ed.", "eds.", "al.", "dept.", "est.", "mt.", "ft.",
            "jan.", "feb.", "aug.", "sept.", "oct.", "nov.", "dec.");

    private Sentences() {}

    static List<Sentence> of(String text) {
        var sentences = new ArrayList<Sentence>();
        var matcher = PARAGRAPH.matcher(text);
        var from = 0;
        while (matcher.find()) {
            paragraph(text, from, matcher.start(), sentences);
            from = matcher.end();
        }
        paragraph(text, from, text.length(), sentences);
        return sentences;
    }

    private static void paragraph(String text, int from, int to, List<Sentence> sentences) {
        var breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
        breaks.setText(text.substring(from, to));
        var start = 0;
        for (var end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            if (from + end < to && endsInAbbreviation(text, from + start, from + end)) {
                continue;
            }
            var words = SPACE.matcher(text.substring(from + start, from + end))
                    .replaceAll(" ")
                    .strip();
            if (words.codePoints().anyMatch(Character::isLetterOrDigit)) {
                sentences.add(new Sentence(words));
            }
            start = end;
        }
    }

    private static boolean endsInAbbreviation(String text, int start, int end) {
        var part = text.substring(start, end).stripTrailing();
        var last = part.substring(part.lastIndexOf(' ') + 1);
        return INITIAL.matcher(last).matches() || ABBREVIATIONS.contains(last.toLowerCase(Locale.ENGLISH));
    }
}
