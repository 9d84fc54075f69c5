// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/glossary.h"

#include <algorithm>
#include <QCoreApplication>

namespace bitloom {

namespace {
    struct Glossary
    {
        Q_DECLARE_TR_FUNCTIONS(Glossary)
    };

    std::vector<Term> makeGlossary()
    {
        const auto id = [](const char* name) { return QString::fromLatin1(name); };
        const QString guided = QStringLiteral("Kim et al., GuidedQuant, ICML 2025");
        const QString guidedLink = QStringLiteral("https://arxiv.org/abs/2505.07004");
        return {
            { id("bits"), Glossary::tr("Bits per weight"),
                Glossary::tr("How many bits each weight's code takes, codebooks and scales counted in. A model of 16 bits shrinks to a quarter at 4."),
                Glossary::tr("Size and, where memory is the bottleneck, speed follow it in proportion. Every bit less doubles the distance between neighbouring values."),
                Glossary::tr("4 is nearly lossless for most models, 3 costs a little, 2 needs a method that looks at the end loss."), {}, {} },
            { id("method"), Glossary::tr("Method"),
                Glossary::tr("The rule by which weights get their few allowed values. Rounding looks at one weight at a time, the others at what the whole row computes."),
                Glossary::tr("At 4 bits the methods lie close together, at 2 bits they decide whether the model still writes sentences."),
                Glossary::tr("GuidedQuant for the best result, round to nearest for a first look that takes seconds."), guided, guidedLink },
            { id("codebook"), Glossary::tr("Codebook"),
                Glossary::tr("The list of values that a row's weights may take: 2 to the power of the bits. Each weight stores only a number in this list."),
                Glossary::tr("Freely placed values fit a row's crowd of weights better than equal steps do, above all at few bits."),
                {}, QStringLiteral("Kim et al., SqueezeLLM, ICML 2024"), QStringLiteral("https://arxiv.org/abs/2306.07629") },
            { id("hessian"), Glossary::tr("Hessian of a layer"),
                Glossary::tr("A table of how much the output suffers when two weights of a row are moved together; summed over the calibration text."),
                Glossary::tr("With it a solver can let the error of one weight make up for the error of another, in place of rounding each alone."),
                {}, QStringLiteral("Frantar et al., GPTQ, ICLR 2023"), QStringLiteral("https://arxiv.org/abs/2210.17323") },
            { id("guided"), Glossary::tr("Guided Hessian"),
                Glossary::tr("A Hessian in which every token counts as much as the end loss depends on this layer's output there."),
                Glossary::tr("The plain one treats all outputs alike, though some hardly change what the model says next and others decide it."),
                {}, guided, guidedLink },
            { id("groups"), Glossary::tr("Groups"),
                Glossary::tr("Output channels are put into this many groups, and each group gets a guided Hessian of its own."),
                Glossary::tr("More groups follow the end loss more closely; memory and time of the calibration grow in proportion."),
                Glossary::tr("4 is a good start; 1 is cheapest."), guided, guidedLink },
            { id("saliency"), Glossary::tr("End-loss saliency"),
                Glossary::tr("How strongly the model's loss reacts when a layer's or a channel's weights are changed a little."),
                Glossary::tr("It shows where bits are well spent. Bright places are those that quantization must not touch much."),
                {}, guided, guidedLink },
            { id("calibration"), Glossary::tr("Calibration text"),
                Glossary::tr("Text that the model reads before it is quantized, so that its Hessians can be measured."),
                Glossary::tr("Weights are kept where this text needs them. Text of another kind than the later use gives a worse result."),
                Glossary::tr("Text like the one that the model will see; without any, the model writes its own."), {}, {} },
            { id("sequences"), Glossary::tr("Sequences and their length"),
                Glossary::tr("How many pieces of calibration text are read, and how many tokens each has."),
                Glossary::tr("Few sequences make noisy Hessians, which fit the calibration text and nothing else. Time grows in proportion."),
                Glossary::tr("128 sequences of 512 tokens and more for a result to keep; 8 for a try."), {}, {} },
            { id("seed"), Glossary::tr("Seed"),
                Glossary::tr("The number that all random choices begin from."),
                Glossary::tr("The same seed, input and device give the same bytes, so that a result can be made again by anybody."), {}, {}, {} },
            { id("format"), Glossary::tr("Format of the result"),
                Glossary::tr("The kind of file that is written, and with it which programs can run it."),
                Glossary::tr("Not every format can hold every method's values; only those that can are offered."),
                Glossary::tr("GGUF for llama.cpp, GPTQ for vLLM, Any-Precision for lookup tables, safetensors for anything that reads plain weights."), {}, {} },
            { id("blocks"), Glossary::tr("Blocks of a GGUF type"),
                Glossary::tr("Types such as Q4_K cut a row into blocks of 32 or 256 weights. A block stores a scale, often a minimum, and small whole numbers."),
                Glossary::tr("The scale adapts to each block, so that one large weight spoils only its own neighbours. The scales are why Q4_K takes 4.5 bits and not 4."),
                Glossary::tr("Q4_K_M is the usual choice, Q6_K is nearly lossless, IQ types squeeze below 3 bits."),
                QStringLiteral("llama.cpp, pull request 1684"), QStringLiteral("https://github.com/ggml-org/llama.cpp/pull/1684") },
            { id("importance"), Glossary::tr("Importance matrix"),
                Glossary::tr("For each input channel, how large its values are on a text. llama.cpp rounds important channels more carefully."),
                Glossary::tr("It is the diagonal of the Hessian: cheap and helpful, but blind to how channels work together."), {}, {}, {} },
            { id("budget"), Glossary::tr("Size limit"),
                Glossary::tr("An upper limit for the average bits per weight. Layers get more or fewer bits so that the loss is smallest under it."),
                Glossary::tr("Layers differ a lot in how much they suffer; equal bits for all waste size."),
                Glossary::tr("A quarter of a bit above the next whole number often gives most of the gain."), {}, {} },
            { id("pareto"), Glossary::tr("Pareto front"),
                Glossary::tr("The results that no other result beats in both size and quality."),
                Glossary::tr("Anything above the line can be made smaller at the same quality, or better at the same size."), {}, {}, {} },
            { id("damping"), Glossary::tr("Damping and shrinkage"),
                Glossary::tr("A little is added to the Hessian's diagonal, or it is mixed with a simpler one, before the solver uses it."),
                Glossary::tr("A Hessian measured on little text claims to know more than it does. Damping keeps the solver from believing it."),
                Glossary::tr("“auto” measures on held-out text which amount generalises best."), {}, {} },
            { id("objective"), Glossary::tr("Objective"),
                Glossary::tr("The number that the solver makes smaller: the error of a layer's output as its Hessian weighs it."),
                Glossary::tr("Half steps take turns: new codes for fixed codebooks, then new codebooks for fixed codes. Neither can make it larger."),
                Glossary::tr("A steep fall in the first steps, then a flat line. A flat start means that the beginning was good already."), guided, guidedLink },
            { id("heldout"), Glossary::tr("Held-out error"),
                Glossary::tr("The same error on calibration text that the Hessian has not seen."),
                Glossary::tr("If the objective falls and this one rises, the solver learns the text by heart: more text or more damping is needed."), {}, {}, {} },
            { id("relative"), Glossary::tr("Relative error"),
                Glossary::tr("A layer's error divided by what it would be if the layer were switched off."),
                Glossary::tr("It can be compared between layers of different sizes. The layers with the largest share are where more bits help."),
                Glossary::tr("Below 1 % is very good, above 10 % is heard in the text."), {}, {} },
            { id("perplexity"), Glossary::tr("Perplexity"),
                Glossary::tr("How surprised the model is by a text: 10 means that it hesitates between ten words on average."),
                Glossary::tr("The usual yardstick, but it averages gains and losses; a model can change a lot at the same perplexity."),
                Glossary::tr("A few hundredths above the original at 4 bits, a few tenths at 3."), {}, {} },
            { id("kl"), Glossary::tr("KL divergence"),
                Glossary::tr("How far the quantized model's expectations lie from the original's, token by token."),
                Glossary::tr("It measures faithfulness directly and is steadier than perplexity. The 99th percentile shows the worst tokens."),
                Glossary::tr("Below 0.01 hardly anybody sees a difference; above 0.5 it is another model."), {}, {} },
            { id("top1"), Glossary::tr("Top-1 agreement"),
                Glossary::tr("The share of tokens at which both models would write the same next word."),
                Glossary::tr("With a temperature of zero, this is how often the texts go on alike."),
                Glossary::tr("Above 95 % at 4 bits."), {}, {} },
            { id("histogram"), Glossary::tr("Histogram of weights"),
                Glossary::tr("How many of a tensor's weights have which value."),
                Glossary::tr("A narrow bell with a few far outliers is typical. Outliers stretch equal steps, which is why codebooks help."), {}, {}, {} },
            { id("recipe"), Glossary::tr("Recipe"),
                Glossary::tr("All settings of a run as a small JSON file. It is written into every result."),
                Glossary::tr("Anybody can make the same bytes again, here or with bitloom-cli on a machine without a screen."), {}, {}, {} },
            { id("project"), Glossary::tr("Project folder"),
                Glossary::tr("Where finished layers and the calibration are kept while a run is under way and afterwards."),
                Glossary::tr("A run that was stopped goes on after its last finished layer, and another number of bits needs no new calibration."), {}, {}, {} },
            { id("queue"), Glossary::tr("Queue"),
                Glossary::tr("Runs that wait for each other, in the order of the list. It is kept when the studio ends, also by a power cut."),
                Glossary::tr("Several outputs of one model need only one calibration, which is the slow part. Those with the same text, groups and device share it."),
                Glossary::tr("A run that fails does not hold up the others; “Resume” goes on after its finished layers."), {}, {} },
            { id("device"), Glossary::tr("Device and precision"),
                Glossary::tr("Where calibration and solving are computed, and with how many digits the model is run."),
                Glossary::tr("A GPU is ten to a hundred times faster. Sums are kept in 32 bits in any case."),
                Glossary::tr("Automatic takes a GPU if there is one, and 16 bits only there."), {}, {} },
            { id("kvcache"), Glossary::tr("KV cache"),
                Glossary::tr("Keys and values of all earlier tokens, kept so that a new token need not read everything again."),
                Glossary::tr("With a long context it grows larger than the weights. Keys and values can be quantized too, and old tokens dropped."), {}, {}, {} },
            { id("logquant"), Glossary::tr("LogQuant"),
                Glossary::tr("A KV cache that keeps recent tokens exactly, and of older ones ever fewer: their distances double. The rest takes 2 bits."),
                Glossary::tr("Attention falls with distance in the same manner, so what is dropped is what is rarely looked at."),
                {}, QStringLiteral("Chen et al., LogQuant, 2025"), QStringLiteral("https://arxiv.org/abs/2503.19950") },
            { id("retention"), Glossary::tr("What a cache keeps"),
                Glossary::tr("Sinks are a text's first tokens, recent ones its newest, logarithmic and heavy ones chosen in between. They stay exact; all others are packed into pages of few bits, or dropped. Waiting ones are given up, but their page is not complete yet."),
                Glossary::tr("Much attention rests on the sinks and on the newest tokens, so that a small exact share carries most of it. The map of all heads tells how much."),
                Glossary::tr("Well above half of the attention on what is exact, in most heads."), QStringLiteral("Xiao et al., Efficient Streaming Language Models with Attention Sinks, ICLR 2024"),
                QStringLiteral("https://arxiv.org/abs/2309.17453") },
            { id("verify"), Glossary::tr("Verification"),
                Glossary::tr("The written file is loaded by llama.cpp itself, and its output is compared with the engine's."),
                Glossary::tr("A file is worth only what the program that runs it makes of it."),
                Glossary::tr("The largest difference should be of the size of rounding errors."), {}, {} },
        };
    }
}

const std::vector<Term>& glossary()
{
    static const std::vector<Term> terms = makeGlossary();
    return terms;
}

const Term* findTerm(const QString& id)
{
    const auto found = std::find_if(glossary().begin(), glossary().end(), [&](const Term& term) { return term.id == id; });
    return found == glossary().end() ? nullptr : &*found;
}

QString termHtml(const Term& term, bool withTitle)
{
    QString html = withTitle ? QStringLiteral("<h3>%1</h3>").arg(term.title.toHtmlEscaped()) : QString();
    const auto section = [&](const QString& name, const QString& content) {
        if (!content.isEmpty())
            html += QStringLiteral("<p><b>%1</b> %2</p>").arg(name.toHtmlEscaped(), content);
    };
    section(Glossary::tr("What:"), term.what.toHtmlEscaped());
    section(Glossary::tr("Why:"), term.why.toHtmlEscaped());
    section(Glossary::tr("Good values:"), term.goodValues.toHtmlEscaped());
    section(Glossary::tr("Paper:"), term.link.isEmpty() ? term.paper.toHtmlEscaped() : QStringLiteral("<a href=\"%1\">%2</a>").arg(term.link, term.paper.toHtmlEscaped()));
    return html;
}

} // namespace bitloom
