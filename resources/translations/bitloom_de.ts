<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>CodebookView</name>
    <message>
        <source>start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>new codes</source>
        <translation>neue Codes</translation>
    </message>
    <message>
        <source>new codebook</source>
        <translation>neues Codebuch</translation>
    </message>
</context>
<context>
    <name>Glossary</name>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>How many bits each weight&apos;s code takes, codebooks and scales counted in. A model of 16 bits shrinks to a quarter at 4.</source>
        <translation>Wie viele Bits der Code eines Gewichts braucht, Codebücher und Skalen mitgezählt. Aus 16 Bits wird bei 4 ein Viertel der Größe.</translation>
    </message>
    <message>
        <source>Size and, where memory is the bottleneck, speed follow it in proportion. Every bit less doubles the distance between neighbouring values.</source>
        <translation>Die Größe folgt im gleichen Verhältnis, und wo der Speicher bremst, auch das Tempo. Jedes Bit weniger verdoppelt den Abstand benachbarter Werte.</translation>
    </message>
    <message>
        <source>4 is nearly lossless for most models, 3 costs a little, 2 needs a method that looks at the end loss.</source>
        <translation>4 ist für die meisten Modelle fast verlustfrei, 3 kostet ein wenig, 2 braucht ein Verfahren, das auf den Endverlust schaut.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>The rule by which weights get their few allowed values. Rounding looks at one weight at a time, the others at what the whole row computes.</source>
        <translation>Die Regel, nach der Gewichte ihre wenigen erlaubten Werte bekommen. Runden betrachtet ein Gewicht nach dem anderen, die übrigen Verfahren das Ergebnis der ganzen Zeile.</translation>
    </message>
    <message>
        <source>At 4 bits the methods lie close together, at 2 bits they decide whether the model still writes sentences.</source>
        <translation>Bei 4 Bits liegen die Verfahren nah beieinander, bei 2 Bits entscheiden sie, ob das Modell noch Sätze schreibt.</translation>
    </message>
    <message>
        <source>GuidedQuant for the best result, round to nearest for a first look that takes seconds.</source>
        <translation>GuidedQuant für das beste Ergebnis, einfaches Runden für einen ersten Blick in Sekunden.</translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation>Codebuch</translation>
    </message>
    <message>
        <source>The list of values that a row&apos;s weights may take: 2 to the power of the bits. Each weight stores only a number in this list.</source>
        <translation>Die Liste der Werte, die die Gewichte einer Zeile annehmen dürfen: zwei hoch Anzahl der Bits. Jedes Gewicht speichert nur eine Nummer in dieser Liste.</translation>
    </message>
    <message>
        <source>Freely placed values fit a row&apos;s crowd of weights better than equal steps do, above all at few bits.</source>
        <translation>Frei gesetzte Werte passen besser zum Gedränge der Gewichte einer Zeile als gleiche Schritte, vor allem bei wenigen Bits.</translation>
    </message>
    <message>
        <source>Hessian of a layer</source>
        <translation>Hesse-Matrix einer Schicht</translation>
    </message>
    <message>
        <source>A table of how much the output suffers when two weights of a row are moved together; summed over the calibration text.</source>
        <translation>Eine Tabelle, wie sehr die Ausgabe leidet, wenn zwei Gewichte einer Zeile zusammen verschoben werden; summiert über den Kalibriertext.</translation>
    </message>
    <message>
        <source>With it a solver can let the error of one weight make up for the error of another, in place of rounding each alone.</source>
        <translation>Mit ihr kann der Löser den Fehler eines Gewichts durch den eines anderen ausgleichen, statt jedes allein zu runden.</translation>
    </message>
    <message>
        <source>Guided Hessian</source>
        <translation>Geführte Hesse-Matrix</translation>
    </message>
    <message>
        <source>A Hessian in which every token counts as much as the end loss depends on this layer&apos;s output there.</source>
        <translation>Eine Hesse-Matrix, in der jedes Token so viel zählt, wie der Endverlust dort von der Ausgabe dieser Schicht abhängt.</translation>
    </message>
    <message>
        <source>The plain one treats all outputs alike, though some hardly change what the model says next and others decide it.</source>
        <translation>Die einfache behandelt alle Ausgaben gleich, obwohl manche das nächste Wort kaum ändern und andere es bestimmen.</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Output channels are put into this many groups, and each group gets a guided Hessian of its own.</source>
        <translation>Ausgabekanäle werden in so viele Gruppen geteilt, und jede Gruppe bekommt eine eigene geführte Hesse-Matrix.</translation>
    </message>
    <message>
        <source>More groups follow the end loss more closely; memory and time of the calibration grow in proportion.</source>
        <translation>Mehr Gruppen folgen dem Endverlust genauer; Speicher und Zeit der Kalibrierung wachsen im gleichen Verhältnis.</translation>
    </message>
    <message>
        <source>4 is a good start; 1 is cheapest.</source>
        <translation>4 ist ein guter Anfang; 1 ist am billigsten.</translation>
    </message>
    <message>
        <source>End-loss saliency</source>
        <translation>Endverlust-Salienz</translation>
    </message>
    <message>
        <source>How strongly the model&apos;s loss reacts when a layer&apos;s or a channel&apos;s weights are changed a little.</source>
        <translation>Wie stark der Verlust des Modells antwortet, wenn die Gewichte einer Schicht oder eines Kanals ein wenig geändert werden.</translation>
    </message>
    <message>
        <source>It shows where bits are well spent. Bright places are those that quantization must not touch much.</source>
        <translation>Sie zeigt, wo Bits gut angelegt sind. Helle Stellen darf die Quantisierung kaum berühren.</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>Text that the model reads before it is quantized, so that its Hessians can be measured.</source>
        <translation>Text, den das Modell vor der Quantisierung liest, damit seine Hesse-Matrizen gemessen werden können.</translation>
    </message>
    <message>
        <source>Weights are kept where this text needs them. Text of another kind than the later use gives a worse result.</source>
        <translation>Gewichte bleiben dort erhalten, wo dieser Text sie braucht. Text anderer Art als im späteren Gebrauch ergibt ein schlechteres Ergebnis.</translation>
    </message>
    <message>
        <source>Text like the one that the model will see; without any, the model writes its own.</source>
        <translation>Text wie der, den das Modell sehen wird; ohne einen schreibt das Modell seinen eigenen.</translation>
    </message>
    <message>
        <source>Sequences and their length</source>
        <translation>Sequenzen und ihre Länge</translation>
    </message>
    <message>
        <source>How many pieces of calibration text are read, and how many tokens each has.</source>
        <translation>Wie viele Stücke Kalibriertext gelesen werden, und wie viele Token jedes hat.</translation>
    </message>
    <message>
        <source>Few sequences make noisy Hessians, which fit the calibration text and nothing else. Time grows in proportion.</source>
        <translation>Wenige Sequenzen ergeben verrauschte Hesse-Matrizen, die nur zum Kalibriertext passen. Die Zeit wächst im gleichen Verhältnis.</translation>
    </message>
    <message>
        <source>128 sequences of 512 tokens and more for a result to keep; 8 for a try.</source>
        <translation>Ab 128 Sequenzen mit 512 Token für ein Ergebnis, das bleibt; 8 für einen Versuch.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The number that all random choices begin from.</source>
        <translation>Die Zahl, mit der alle Zufallsentscheidungen beginnen.</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same bytes, so that a result can be made again by anybody.</source>
        <translation>Gleicher Startwert, gleiche Eingabe und gleiches Gerät ergeben dieselben Bytes; so kann jeder ein Ergebnis nachmachen.</translation>
    </message>
    <message>
        <source>Format of the result</source>
        <translation>Format des Ergebnisses</translation>
    </message>
    <message>
        <source>The kind of file that is written, and with it which programs can run it.</source>
        <translation>Die Art der Datei, die geschrieben wird, und damit, welche Programme sie ausführen.</translation>
    </message>
    <message>
        <source>Not every format can hold every method&apos;s values; only those that can are offered.</source>
        <translation>Nicht jedes Format kann die Werte jedes Verfahrens aufnehmen; nur die passenden werden angeboten.</translation>
    </message>
    <message>
        <source>GGUF for llama.cpp, GPTQ for vLLM, Any-Precision for lookup tables, safetensors for anything that reads plain weights.</source>
        <translation>GGUF für llama.cpp, GPTQ für vLLM, Any-Precision für Wertetabellen, safetensors für alles, was einfache Gewichte liest.</translation>
    </message>
    <message>
        <source>Blocks of a GGUF type</source>
        <translation>Blöcke eines GGUF-Typs</translation>
    </message>
    <message>
        <source>Types such as Q4_K cut a row into blocks of 32 or 256 weights. A block stores a scale, often a minimum, and small whole numbers.</source>
        <translation>Typen wie Q4_K teilen eine Zeile in Blöcke von 32 oder 256 Gewichten. Ein Block speichert eine Skala, oft ein Minimum, und kleine ganze Zahlen.</translation>
    </message>
    <message>
        <source>The scale adapts to each block, so that one large weight spoils only its own neighbours. The scales are why Q4_K takes 4.5 bits and not 4.</source>
        <translation>Die Skala passt sich jedem Block an; so verdirbt ein großes Gewicht nur seine Nachbarn. Wegen der Skalen braucht Q4_K 4,5 Bits und nicht 4.</translation>
    </message>
    <message>
        <source>Q4_K_M is the usual choice, Q6_K is nearly lossless, IQ types squeeze below 3 bits.</source>
        <translation>Q4_K_M ist die übliche Wahl, Q6_K ist fast verlustfrei, IQ-Typen zwängen sich unter 3 Bits.</translation>
    </message>
    <message>
        <source>Importance matrix</source>
        <translation>Wichtigkeitsmatrix</translation>
    </message>
    <message>
        <source>For each input channel, how large its values are on a text. llama.cpp rounds important channels more carefully.</source>
        <translation>Wie groß die Werte jedes Eingabekanals auf einem Text sind. llama.cpp rundet wichtige Kanäle sorgfältiger.</translation>
    </message>
    <message>
        <source>It is the diagonal of the Hessian: cheap and helpful, but blind to how channels work together.</source>
        <translation>Sie ist die Diagonale der Hesse-Matrix: billig und hilfreich, aber blind dafür, wie Kanäle zusammenwirken.</translation>
    </message>
    <message>
        <source>Size limit</source>
        <translation>Größengrenze</translation>
    </message>
    <message>
        <source>An upper limit for the average bits per weight. Layers get more or fewer bits so that the loss is smallest under it.</source>
        <translation>Eine obere Grenze für die mittleren Bits je Gewicht. Schichten bekommen mehr oder weniger Bits, sodass der Verlust darunter am kleinsten ist.</translation>
    </message>
    <message>
        <source>Layers differ a lot in how much they suffer; equal bits for all waste size.</source>
        <translation>Schichten leiden sehr verschieden; gleiche Bits für alle verschwenden Platz.</translation>
    </message>
    <message>
        <source>A quarter of a bit above the next whole number often gives most of the gain.</source>
        <translation>Ein Viertelbit über der nächsten ganzen Zahl bringt oft den größten Teil des Gewinns.</translation>
    </message>
    <message>
        <source>Pareto front</source>
        <translation>Pareto-Front</translation>
    </message>
    <message>
        <source>The results that no other result beats in both size and quality.</source>
        <translation>Die Ergebnisse, die kein anderes sowohl in Größe als auch in Güte schlägt.</translation>
    </message>
    <message>
        <source>Anything above the line can be made smaller at the same quality, or better at the same size.</source>
        <translation>Was über der Linie liegt, könnte bei gleicher Güte kleiner oder bei gleicher Größe besser sein.</translation>
    </message>
    <message>
        <source>Damping and shrinkage</source>
        <translation>Dämpfung und Schrumpfung</translation>
    </message>
    <message>
        <source>A little is added to the Hessian&apos;s diagonal, or it is mixed with a simpler one, before the solver uses it.</source>
        <translation>Zur Diagonale der Hesse-Matrix wird etwas addiert, oder sie wird mit einer einfacheren gemischt, bevor der Löser sie benutzt.</translation>
    </message>
    <message>
        <source>A Hessian measured on little text claims to know more than it does. Damping keeps the solver from believing it.</source>
        <translation>Eine auf wenig Text gemessene Hesse-Matrix gibt vor, mehr zu wissen, als sie weiß. Dämpfung hält den Löser davon ab, ihr zu glauben.</translation>
    </message>
    <message>
        <source>“auto” measures on held-out text which amount generalises best.</source>
        <translation>„auto“ misst auf zurückgehaltenem Text, welche Menge am besten verallgemeinert.</translation>
    </message>
    <message>
        <source>Objective</source>
        <translation>Zielwert</translation>
    </message>
    <message>
        <source>The number that the solver makes smaller: the error of a layer&apos;s output as its Hessian weighs it.</source>
        <translation>Die Zahl, die der Löser kleiner macht: der Fehler der Ausgabe einer Schicht, wie ihre Hesse-Matrix ihn gewichtet.</translation>
    </message>
    <message>
        <source>Half steps take turns: new codes for fixed codebooks, then new codebooks for fixed codes. Neither can make it larger.</source>
        <translation>Halbschritte wechseln sich ab: neue Codes zu festen Codebüchern, dann neue Codebücher zu festen Codes. Keiner kann ihn größer machen.</translation>
    </message>
    <message>
        <source>A steep fall in the first steps, then a flat line. A flat start means that the beginning was good already.</source>
        <translation>Ein steiler Fall in den ersten Schritten, dann eine flache Linie. Ein flacher Beginn heißt, dass der Anfang schon gut war.</translation>
    </message>
    <message>
        <source>Held-out error</source>
        <translation>Zurückgehaltener Fehler</translation>
    </message>
    <message>
        <source>The same error on calibration text that the Hessian has not seen.</source>
        <translation>Derselbe Fehler auf Kalibriertext, den die Hesse-Matrix nicht gesehen hat.</translation>
    </message>
    <message>
        <source>If the objective falls and this one rises, the solver learns the text by heart: more text or more damping is needed.</source>
        <translation>Fällt der Zielwert, während dieser steigt, lernt der Löser den Text auswendig: mehr Text oder mehr Dämpfung ist nötig.</translation>
    </message>
    <message>
        <source>Relative error</source>
        <translation>Relativer Fehler</translation>
    </message>
    <message>
        <source>A layer&apos;s error divided by what it would be if the layer were switched off.</source>
        <translation>Der Fehler einer Schicht, geteilt durch den, der entstünde, wenn sie abgeschaltet wäre.</translation>
    </message>
    <message>
        <source>It can be compared between layers of different sizes. The layers with the largest share are where more bits help.</source>
        <translation>Er lässt sich zwischen Schichten verschiedener Größe vergleichen. Wo der Anteil am größten ist, helfen mehr Bits.</translation>
    </message>
    <message>
        <source>Below 1 % is very good, above 10 % is heard in the text.</source>
        <translation>Unter 1 % ist sehr gut, über 10 % merkt man dem Text an.</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>How surprised the model is by a text: 10 means that it hesitates between ten words on average.</source>
        <translation>Wie überrascht das Modell von einem Text ist: 10 heißt, dass es im Mittel zwischen zehn Wörtern schwankt.</translation>
    </message>
    <message>
        <source>The usual yardstick, but it averages gains and losses; a model can change a lot at the same perplexity.</source>
        <translation>Das übliche Maß, aber es mittelt Gewinne und Verluste; ein Modell kann sich bei gleicher Perplexität stark ändern.</translation>
    </message>
    <message>
        <source>A few hundredths above the original at 4 bits, a few tenths at 3.</source>
        <translation>Einige Hundertstel über dem Original bei 4 Bits, einige Zehntel bei 3.</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL-Divergenz</translation>
    </message>
    <message>
        <source>How far the quantized model&apos;s expectations lie from the original&apos;s, token by token.</source>
        <translation>Wie weit die Erwartungen des quantisierten Modells von denen des Originals entfernt sind, Token für Token.</translation>
    </message>
    <message>
        <source>It measures faithfulness directly and is steadier than perplexity. The 99th percentile shows the worst tokens.</source>
        <translation>Sie misst Treue unmittelbar und schwankt weniger als die Perplexität. Das 99. Perzentil zeigt die schlimmsten Token.</translation>
    </message>
    <message>
        <source>Below 0.01 hardly anybody sees a difference; above 0.5 it is another model.</source>
        <translation>Unter 0,01 sieht kaum jemand einen Unterschied; über 0,5 ist es ein anderes Modell.</translation>
    </message>
    <message>
        <source>Top-1 agreement</source>
        <translation>Top-1-Übereinstimmung</translation>
    </message>
    <message>
        <source>The share of tokens at which both models would write the same next word.</source>
        <translation>Der Anteil der Token, bei denen beide Modelle dasselbe nächste Wort schreiben würden.</translation>
    </message>
    <message>
        <source>With a temperature of zero, this is how often the texts go on alike.</source>
        <translation>Bei Temperatur null ist das, wie oft die Texte gleich weitergehen.</translation>
    </message>
    <message>
        <source>Above 95 % at 4 bits.</source>
        <translation>Über 95 % bei 4 Bits.</translation>
    </message>
    <message>
        <source>Histogram of weights</source>
        <translation>Histogramm der Gewichte</translation>
    </message>
    <message>
        <source>How many of a tensor&apos;s weights have which value.</source>
        <translation>Wie viele Gewichte eines Tensors welchen Wert haben.</translation>
    </message>
    <message>
        <source>A narrow bell with a few far outliers is typical. Outliers stretch equal steps, which is why codebooks help.</source>
        <translation>Üblich ist eine schmale Glocke mit einigen fernen Ausreißern. Ausreißer dehnen gleiche Schritte; darum helfen Codebücher.</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>All settings of a run as a small JSON file. It is written into every result.</source>
        <translation>Alle Einstellungen eines Laufs als kleine JSON-Datei. Sie wird in jedes Ergebnis geschrieben.</translation>
    </message>
    <message>
        <source>Anybody can make the same bytes again, here or with bitloom-cli on a machine without a screen.</source>
        <translation>Jeder kann dieselben Bytes noch einmal herstellen, hier oder mit bitloom-cli auf einer Maschine ohne Bildschirm.</translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation>Projektordner</translation>
    </message>
    <message>
        <source>Where finished layers and the calibration are kept while a run is under way and afterwards.</source>
        <translation>Wo fertige Schichten und die Kalibrierung während eines Laufs und danach liegen.</translation>
    </message>
    <message>
        <source>A run that was stopped goes on after its last finished layer, and another number of bits needs no new calibration.</source>
        <translation>Ein angehaltener Lauf geht nach seiner letzten fertigen Schicht weiter, und eine andere Anzahl Bits braucht keine neue Kalibrierung.</translation>
    </message>
    <message>
        <source>Device and precision</source>
        <translation>Gerät und Genauigkeit</translation>
    </message>
    <message>
        <source>Where calibration and solving are computed, and with how many digits the model is run.</source>
        <translation>Wo Kalibrierung und Lösen gerechnet werden, und mit wie vielen Stellen das Modell läuft.</translation>
    </message>
    <message>
        <source>A GPU is ten to a hundred times faster. Sums are kept in 32 bits in any case.</source>
        <translation>Eine GPU ist zehn- bis hundertmal schneller. Summen werden in jedem Fall in 32 Bits gehalten.</translation>
    </message>
    <message>
        <source>Automatic takes a GPU if there is one, and 16 bits only there.</source>
        <translation>„Automatisch“ nimmt eine GPU, wenn es eine gibt, und nur dort 16 Bits.</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>Keys and values of all earlier tokens, kept so that a new token need not read everything again.</source>
        <translation>Schlüssel und Werte aller früheren Token, aufbewahrt, damit ein neues Token nicht alles noch einmal lesen muss.</translation>
    </message>
    <message>
        <source>With a long context it grows larger than the weights. Keys and values can be quantized too, and old tokens dropped.</source>
        <translation>Bei langem Kontext wird er größer als die Gewichte. Auch Schlüssel und Werte lassen sich quantisieren, und alte Token weglassen.</translation>
    </message>
    <message>
        <source>LogQuant</source>
        <translation>LogQuant</translation>
    </message>
    <message>
        <source>A KV cache that keeps recent tokens exactly, and of older ones ever fewer: their distances double. The rest takes 2 bits.</source>
        <translation>Ein KV-Cache, der neue Token genau behält und von älteren immer weniger: Ihre Abstände verdoppeln sich. Der Rest braucht 2 Bits.</translation>
    </message>
    <message>
        <source>Attention falls with distance in the same manner, so what is dropped is what is rarely looked at.</source>
        <translation>Die Aufmerksamkeit fällt mit dem Abstand auf dieselbe Weise; weggelassen wird, was selten angesehen wird.</translation>
    </message>
    <message>
        <source>Verification</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>The written file is loaded by llama.cpp itself, and its output is compared with the engine&apos;s.</source>
        <translation>llama.cpp selbst lädt die geschriebene Datei, und seine Ausgabe wird mit der der Engine verglichen.</translation>
    </message>
    <message>
        <source>A file is worth only what the program that runs it makes of it.</source>
        <translation>Eine Datei ist nur so viel wert, wie das Programm, das sie ausführt, aus ihr macht.</translation>
    </message>
    <message>
        <source>The largest difference should be of the size of rounding errors.</source>
        <translation>Der größte Unterschied sollte von der Größe von Rundungsfehlern sein.</translation>
    </message>
    <message>
        <source>What:</source>
        <translation>Was:</translation>
    </message>
    <message>
        <source>Why:</source>
        <translation>Warum:</translation>
    </message>
    <message>
        <source>Good values:</source>
        <translation>Gute Werte:</translation>
    </message>
    <message>
        <source>Paper:</source>
        <translation>Arbeit:</translation>
    </message>
    <message>
        <source>What a cache keeps</source>
        <translation>Was ein Cache behält</translation>
    </message>
    <message>
        <source>Sinks are a text&apos;s first tokens, recent ones its newest, logarithmic and heavy ones chosen in between. They stay exact; all others are packed into pages of few bits, or dropped. Waiting ones are given up, but their page is not complete yet.</source>
        <translation>Senken sind die ersten Token eines Textes, neue seine letzten, logarithmische und schwere sind dazwischen ausgewählt. Sie bleiben genau; alle anderen werden in Seiten mit wenigen Bits gepackt oder verworfen. Wartende sind aufgegeben, aber ihre Seite ist noch nicht voll.</translation>
    </message>
    <message>
        <source>Much attention rests on the sinks and on the newest tokens, so that a small exact share carries most of it. The map of all heads tells how much.</source>
        <translation>Viel Aufmerksamkeit ruht auf den Senken und den neuesten Token, so dass ein kleiner genauer Teil den größten Anteil trägt. Wie viel, sagt die Karte aller Köpfe.</translation>
    </message>
    <message>
        <source>Well above half of the attention on what is exact, in most heads.</source>
        <translation>In den meisten Köpfen deutlich mehr als die Hälfte der Aufmerksamkeit auf dem, was genau ist.</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Runs that wait for each other, in the order of the list. It is kept when the studio ends, also by a power cut.</source>
        <translation>Läufe, die aufeinander warten, in der Reihenfolge der Liste. Sie bleibt erhalten, wenn das Studio endet, auch bei Stromausfall.</translation>
    </message>
    <message>
        <source>Several outputs of one model need only one calibration, which is the slow part. Those with the same text, groups and device share it.</source>
        <translation>Mehrere Ausgaben eines Modells brauchen nur eine Kalibrierung, und die dauert am längsten. Wer Text, Gruppen und Gerät gemeinsam hat, teilt sie sich.</translation>
    </message>
    <message>
        <source>A run that fails does not hold up the others; “Resume” goes on after its finished layers.</source>
        <translation>Ein gescheiterter Lauf hält die anderen nicht auf; „Fortsetzen“ macht nach seinen fertigen Schichten weiter.</translation>
    </message>
</context>
<context>
    <name>Lessons</name>
    <message>
        <source>&lt;p&gt;This lesson uses the demo model, a small one that really writes text: 135 million weights in 30 blocks.&lt;/p&gt;&lt;p&gt;Open it and look at its tensors. Those of the blocks are what is quantized.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Diese Lektion benutzt das Demomodell, ein kleines, das wirklich Text schreibt: 135 Millionen Gewichte in 30 Blöcken.&lt;/p&gt;&lt;p&gt;Öffnen Sie es und sehen Sie seine Tensoren an. Die der Blöcke werden quantisiert.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>Das Demomodell öffnen</translation>
    </message>
    <message>
        <source>Set it up and run it</source>
        <translation>Einrichten und ausführen</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>What a bit costs</source>
        <translation>Was ein Bit kostet</translation>
    </message>
    <message>
        <source>Round the demo model to 4 bits and to 2, and read what is lost.</source>
        <translation>Das Demomodell auf 4 Bits und auf 2 runden und ablesen, was verloren geht.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Plain rounding to 4 bits: each row&apos;s weights may take 16 values in equal steps. No text is needed, so it takes seconds.&lt;/p&gt;&lt;p&gt;In the estimate, look at &lt;b&gt;bits per weight&lt;/b&gt;: a little above 4, since the steps are stored too.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Einfaches Runden auf 4 Bits: Die Gewichte jeder Zeile dürfen 16 Werte in gleichen Schritten annehmen. Text ist nicht nötig, darum dauert es Sekunden.&lt;/p&gt;&lt;p&gt;Sehen Sie in der Schätzung auf &lt;b&gt;Bits je Gewicht&lt;/b&gt;: etwas über 4, weil auch die Schritte gespeichert werden.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Both models now read the same text. Look at the &lt;b&gt;KL divergence&lt;/b&gt;: how far the rounded model&apos;s expectations lie from the original&apos;s. Remember the number.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Beide Modelle lesen nun denselben Text. Sehen Sie auf die &lt;b&gt;KL-Divergenz&lt;/b&gt;: wie weit die Erwartungen des gerundeten Modells von denen des Originals liegen. Merken Sie sich die Zahl.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The same with 2 bits. Only four values for each row are left.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Dasselbe mit 2 Bits. Jeder Zeile bleiben nur vier Werte.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Half the bits, but not twice the loss: the KL divergence is many times larger, and perplexity says that the model has become useless.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Halb so viele Bits, aber nicht der doppelte Verlust: Die KL-Divergenz ist um ein Vielfaches größer, und die Perplexität sagt, dass das Modell unbrauchbar geworden ist.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;With each bit that is taken away the steps double, and the squared error grows four times.&lt;/p&gt;&lt;p&gt;At 4 bits rounding is good enough. Below, it matters &lt;b&gt;which&lt;/b&gt; errors are made. The next lesson shows that.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Mit jedem Bit, das wegfällt, verdoppeln sich die Schritte, und der quadratische Fehler vervierfacht sich.&lt;/p&gt;&lt;p&gt;Bei 4 Bits genügt Runden. Darunter kommt es darauf an, &lt;b&gt;welche&lt;/b&gt; Fehler gemacht werden. Das zeigt die nächste Lektion.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Why the end loss matters</source>
        <translation>Warum der Endverlust zählt</translation>
    </message>
    <message>
        <source>The same 2 bits with a plain and with a guided Hessian.</source>
        <translation>Dieselben 2 Bits mit einfacher und mit geführter Hesse-Matrix.</translation>
    </message>
    <message>
        <source>&lt;p&gt;LNQ fits a codebook for every row, so that the layer&apos;s &lt;b&gt;output&lt;/b&gt; changes least. All outputs count alike.&lt;/p&gt;&lt;p&gt;It reads a little text first, which the model writes itself.&lt;/p&gt;</source>
        <translation>&lt;p&gt;LNQ passt jeder Zeile ein Codebuch an, sodass sich die &lt;b&gt;Ausgabe&lt;/b&gt; der Schicht am wenigsten ändert. Alle Ausgaben zählen gleich.&lt;/p&gt;&lt;p&gt;Vorher liest es ein wenig Text, den das Modell selbst schreibt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Far better than rounding at the same size. Remember the KL divergence.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Viel besser als Runden bei gleicher Größe. Merken Sie sich die KL-Divergenz.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;GuidedQuant solves the same problem, but every output counts as much as the model&apos;s &lt;b&gt;loss&lt;/b&gt; depends on it.&lt;/p&gt;</source>
        <translation>&lt;p&gt;GuidedQuant löst dieselbe Aufgabe, aber jede Ausgabe zählt so viel, wie der &lt;b&gt;Verlust&lt;/b&gt; des Modells von ihr abhängt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;This map shows how much the end loss depends on each layer. Bright layers decide what the model says; dark ones may change without anybody noticing.&lt;/p&gt;&lt;p&gt;Double-click a layer to see its channels, or walk with the arrow keys.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Diese Karte zeigt, wie sehr der Endverlust von jeder Schicht abhängt. Helle Schichten bestimmen, was das Modell sagt; dunkle dürfen sich ändern, ohne dass es jemand merkt.&lt;/p&gt;&lt;p&gt;Ein Doppelklick auf eine Schicht zeigt ihre Kanäle; mit den Pfeiltasten gehen Sie hindurch.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Same bits, same solver, same text: only the weighting differs. Compare the KL divergence with the one before.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Dieselben Bits, derselbe Löser, derselbe Text: Nur die Gewichtung ist anders. Vergleichen Sie die KL-Divergenz mit der vorigen.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Four short sequences are little; with 128 the guided Hessians are less noisy and the difference grows.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Vier kurze Sequenzen sind wenig; mit 128 rauschen die geführten Hesse-Matrizen weniger, und der Unterschied wächst.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>How LNQ descends</source>
        <translation>Wie LNQ absteigt</translation>
    </message>
    <message>
        <source>Watch codes and codebooks take turns, and an objective that never rises.</source>
        <translation>Sehen Sie Codes und Codebücher sich abwechseln und einen Zielwert, der nie steigt.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Quantize with 3 bits and watch the Run page while it works. Every layer that is finished gets the colour of its error.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Quantisieren Sie mit 3 Bits und sehen Sie dabei auf die Seite „Lauf“. Jede fertige Schicht bekommt die Farbe ihres Fehlers.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Each line is a layer. A disc is a half step with new codes for fixed values, a square one with new values for fixed codes.&lt;/p&gt;&lt;p&gt;Each half step is the best answer to the other, so the line can only fall. Click a line, then walk along it with the arrow keys.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Jede Linie ist eine Schicht. Ein Kreis ist ein Halbschritt mit neuen Codes zu festen Werten, ein Quadrat einer mit neuen Werten zu festen Codes.&lt;/p&gt;&lt;p&gt;Jeder Halbschritt ist die beste Antwort auf den anderen, darum kann die Linie nur fallen. Klicken Sie auf eine Linie und gehen Sie mit den Pfeiltasten an ihr entlang.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The same for one row: pins are the values of the codebook, bars the row&apos;s weights. Move the slider to see them wander from the start to the end.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Dasselbe für eine Zeile: Nadeln sind die Werte des Codebuchs, Balken die Gewichte der Zeile. Bewegen Sie den Regler, um sie vom Beginn zum Ende wandern zu sehen.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The numbers in the boxes are relative errors. Layers that are hard at 3 bits stand out at once; these are the ones that deserve a fourth bit.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Die Zahlen in den Kästchen sind relative Fehler. Schichten, die bei 3 Bits schwierig sind, fallen sofort auf; sie verdienen ein viertes Bit.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Blocks of llama.cpp</source>
        <translation>Blöcke von llama.cpp</translation>
    </message>
    <message>
        <source>Look into one block of a GGUF file: scale, minimum, codes.</source>
        <translation>Ein Blick in einen Block einer GGUF-Datei: Skala, Minimum, Codes.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Write a GGUF file of the mix Q4_K_M. llama.cpp&apos;s K types cut every row into blocks of 256 weights, and those into 8 parts of 32.&lt;/p&gt;&lt;p&gt;Rows whose length 256 does not divide get another type.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Schreiben Sie eine GGUF-Datei der Mischung Q4_K_M. Die K-Typen von llama.cpp teilen jede Zeile in Blöcke von 256 Gewichten und diese in 8 Teile zu 32.&lt;/p&gt;&lt;p&gt;Zeilen, deren Länge 256 nicht teilt, bekommen einen anderen Typ.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;One block: its weights, the small whole numbers that stand for them, and the scales and minima that they share.&lt;/p&gt;&lt;p&gt;Step to the next block with the buttons or keys. A block with one large weight has a large scale, and its small weights fall together; its neighbours are not touched.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Ein Block: seine Gewichte, die kleinen ganzen Zahlen, die für sie stehen, und die Skalen und Minima, die sie teilen.&lt;/p&gt;&lt;p&gt;Gehen Sie mit den Knöpfen oder Tasten zum nächsten Block. Ein Block mit einem großen Gewicht hat eine große Skala, und seine kleinen Gewichte fallen zusammen; seine Nachbarn bleiben unberührt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Set it up and write</source>
        <translation>Einstellen und schreiben</translation>
    </message>
    <message>
        <source>What LogQuant keeps</source>
        <translation>Was LogQuant behält</translation>
    </message>
    <message>
        <source>Let the demo model write, and watch which tokens its key-value cache keeps exactly.</source>
        <translation>Lassen Sie das Demomodell schreiben und sehen Sie zu, welche Token sein Schlüssel-Wert-Cache genau behält.</translation>
    </message>
    <message>
        <source>&lt;p&gt;While it writes, the model keeps a key and a value of every token that it has read. First a cache that keeps all of them in 16 bits.&lt;/p&gt;&lt;p&gt;In the map, positions go to the right and steps go up. Everything has one colour: everything is kept.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Beim Schreiben hebt das Modell von jedem gelesenen Token einen Schlüssel und einen Wert auf. Zuerst ein Cache, der alle mit 16 Bits behält.&lt;/p&gt;&lt;p&gt;In der Karte gehen die Positionen nach rechts und die Schritte nach oben. Alles hat eine Farbe: Alles bleibt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Now LogQuant with a small window. It keeps the first tokens, the newest ones, and between them ever fewer the older they are. All others go into pages of 2 bits.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Jetzt LogQuant mit einem kleinen Fenster. Es behält die ersten Token, die neuesten, und dazwischen immer weniger, je älter sie sind. Alle anderen kommen in Seiten mit 2 Bits.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The bright columns at the left are the &lt;b&gt;sinks&lt;/b&gt;. The broad stripe along the diagonal is the &lt;b&gt;recent&lt;/b&gt; window; it moves with the text. Thin columns above it are &lt;b&gt;logarithmic&lt;/b&gt;: wherever one ends, every second of them was given up.&lt;/p&gt;&lt;p&gt;Click into the map and walk with the arrow keys. Each token is marked in the text, too.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Die hellen Spalten links sind die &lt;b&gt;Senken&lt;/b&gt;. Der breite Streifen entlang der Diagonale ist das Fenster der &lt;b&gt;neuen&lt;/b&gt; Token; es wandert mit dem Text. Die dünnen Spalten darüber sind &lt;b&gt;logarithmisch&lt;/b&gt;: Wo eine endet, wurde jede zweite aufgegeben.&lt;/p&gt;&lt;p&gt;Klicken Sie in die Karte und gehen Sie mit den Pfeiltasten. Jedes Token wird auch im Text markiert.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The same steps, coloured by where this head looks. Compare the strip above with the bright columns: much attention rests on the very first token, which says little. That is why keeping the sinks exactly matters so much.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Dieselben Schritte, gefärbt danach, wohin dieser Kopf sieht. Vergleichen Sie den Streifen oben mit den hellen Spalten: Viel Aufmerksamkeit ruht auf dem allerersten Token, das wenig sagt. Darum ist es so wichtig, die Senken genau zu behalten.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;All heads of all layers: the share of attention that falls on what is exact. Dark heads look at packed tokens.&lt;/p&gt;&lt;p&gt;Double-click one and write again to see its positions.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Alle Köpfe aller Schichten: der Anteil der Aufmerksamkeit, der auf Genaues fällt. Dunkle Köpfe sehen auf gepackte Token.&lt;/p&gt;&lt;p&gt;Doppelklicken Sie einen und schreiben Sie noch einmal, um seine Positionen zu sehen.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;What both caches hold, against the length of the text. The line of LogQuant soon rises far more slowly: from there on, a token costs its 2 bits, and a share of scales.&lt;/p&gt;&lt;p&gt;Compare the two texts as well. Which words changed?&lt;/p&gt;</source>
        <translation>&lt;p&gt;Was beide Caches halten, über der Länge des Textes. Die Linie von LogQuant steigt bald viel langsamer: Von da an kostet ein Token seine 2 Bits und einen Anteil an Skalen.&lt;/p&gt;&lt;p&gt;Vergleichen Sie auch die beiden Texte. Welche Wörter sind anders?&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>OpenedPath</name>
    <message>
        <source>“%1” has a config.json but no weights beside it; the download may be incomplete.</source>
        <translation>„%1“ hat eine config.json, aber keine Gewichte daneben; der Download ist vielleicht unvollständig.</translation>
    </message>
    <message>
        <source>“%1” holds more than one model, for example “%2” and “%3”; open one of them.</source>
        <translation>„%1“ enthält mehr als ein Modell, zum Beispiel „%2“ und „%3“; öffnen Sie eines davon.</translation>
    </message>
    <message>
        <source>There is no model in the folder “%1”.</source>
        <translation>Im Ordner „%1“ ist kein Modell.</translation>
    </message>
    <message>
        <source>“%1” is too large to be a recipe.</source>
        <translation>„%1“ ist zu groß für ein Rezept.</translation>
    </message>
    <message>
        <source>“%1” is not valid JSON.</source>
        <translation>„%1“ ist kein gültiges JSON.</translation>
    </message>
    <message>
        <source>“%1” is not a recipe: %2</source>
        <translation>„%1“ ist kein Rezept: %2</translation>
    </message>
    <message>
        <source>“%1” does not exist.</source>
        <translation>„%1“ gibt es nicht.</translation>
    </message>
    <message>
        <source>“%1” cannot be read; its permissions forbid it.</source>
        <translation>„%1“ kann nicht gelesen werden; die Zugriffsrechte verbieten es.</translation>
    </message>
    <message>
        <source>“%1” is empty.</source>
        <translation>„%1“ ist leer.</translation>
    </message>
    <message>
        <source>“%1” does not begin like a GGUF file; the download may be broken.</source>
        <translation>„%1“ beginnt nicht wie eine GGUF-Datei; der Download ist vielleicht beschädigt.</translation>
    </message>
    <message>
        <source>“%1” alone is not a whole model: its folder has no config.json.</source>
        <translation>„%1“ allein ist kein ganzes Modell: In seinem Ordner fehlt config.json.</translation>
    </message>
    <message>
        <source>“%1” is no model.</source>
        <translation>„%1“ ist kein Modell.</translation>
    </message>
    <message>
        <source>Bitloom opens a model folder (config.json with .safetensors files), a .gguf file, a project folder, a recipe or a cache configuration (.json).</source>
        <translation>Bitloom öffnet einen Modellordner (config.json mit .safetensors-Dateien), eine .gguf-Datei, einen Projektordner, ein Rezept oder eine Cache-Konfiguration (.json).</translation>
    </message>
</context>
<context>
    <name>Positions</name>
    <message>
        <source>sink</source>
        <translation>Senke</translation>
    </message>
    <message>
        <source>recent</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>logarithmisch</translation>
    </message>
    <message>
        <source>heavy</source>
        <translation>schwer</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartend</translation>
    </message>
    <message>
        <source>packed (%1 bit)</source>
        <translation>gepackt (%1 Bit)</translation>
    </message>
    <message>
        <source>packed</source>
        <translation>gepackt</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>verworfen</translation>
    </message>
</context>
<context>
    <name>QueuedJob</name>
    <message>
        <source>Demo model</source>
        <translation>Demomodell</translation>
    </message>
    <message>
        <source>GGUF of %1 bits</source>
        <translation>GGUF mit %1 Bits</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bits</translation>
    </message>
    <message>
        <source>GGUF %1</source>
        <translation>GGUF %1</translation>
    </message>
    <message>
        <source>… queued</source>
        <translation>… wartet</translation>
    </message>
    <message>
        <source>▶ running</source>
        <translation>▶ läuft</translation>
    </message>
    <message>
        <source>‖ pausing</source>
        <translation>‖ hält an</translation>
    </message>
    <message>
        <source>‖ paused</source>
        <translation>‖ angehalten</translation>
    </message>
    <message>
        <source>■ stopping</source>
        <translation>■ bricht ab</translation>
    </message>
    <message>
        <source>✕ failed</source>
        <translation>✕ gescheitert</translation>
    </message>
    <message>
        <source>✓ done</source>
        <translation>✓ fertig</translation>
    </message>
</context>
<context>
    <name>RunFields</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>That was quantized.</source>
        <translation>Das quantisiert wurde.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>The rule by which weights get their values.</source>
        <translation>Die Regel, nach der Gewichte ihre Werte bekommen.</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Of a weight&apos;s code; what codebooks or scales take comes on top.</source>
        <translation>Des Codes eines Gewichts; was Codebücher oder Skalen brauchen, kommt dazu.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Of the file.</source>
        <translation>Der Datei.</translation>
    </message>
    <message>
        <source>GGUF type</source>
        <translation>GGUF-Typ</translation>
    </message>
    <message>
        <source>The type or mix of types that was asked for.</source>
        <translation>Der Typ oder die Mischung von Typen, die verlangt wurde.</translation>
    </message>
    <message>
        <source>Size budget</source>
        <translation>Größenvorgabe</translation>
    </message>
    <message>
        <source>Under which types were chosen.</source>
        <translation>Unter der Typen gewählt wurden.</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bits</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Of output channels, each with a guided Hessian of its own.</source>
        <translation>Von Ausgangskanälen, jede mit eigener geführter Hesse-Matrix.</translation>
    </message>
    <message>
        <source>Parameter of the method.</source>
        <translation>Parameter des Verfahrens.</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>On which Hessians were gathered.</source>
        <translation>Auf dem Hesse-Matrizen gesammelt wurden.</translation>
    </message>
    <message>
        <source>written by the model</source>
        <translation>vom Modell geschrieben</translation>
    </message>
    <message>
        <source>Sequences</source>
        <translation>Sequenzen</translation>
    </message>
    <message>
        <source>Of calibration text, and how many tokens each has.</source>
        <translation>Von Kalibriertext, und wie viele Token jede hat.</translation>
    </message>
    <message>
        <source>Importances</source>
        <translation>Wichtigkeiten</translation>
    </message>
    <message>
        <source>Of columns, that ggml&apos;s quantizer was given.</source>
        <translation>Von Spalten, die der Quantisierer von ggml bekam.</translation>
    </message>
    <message>
        <source>Tuning</source>
        <translation>Abstimmung</translation>
    </message>
    <message>
        <source>Passes over the calibration text in which all layers were tuned together.</source>
        <translation>Durchgänge durch den Kalibriertext, in denen alle Schichten zusammen abgestimmt wurden.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Of everything that is drawn.</source>
        <translation>Von allem, was gezogen wird.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Where the run computed.</source>
        <translation>Wo der Lauf gerechnet hat.</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>In which the model was run for calibration.</source>
        <translation>Mit der das Modell beim Kalibrieren lief.</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Of all files of the model.</source>
        <translation>Aller Dateien des Modells.</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Of the quantized layers, codebooks and scales counted in.</source>
        <translation>Der quantisierten Schichten, Codebücher und Skalen mitgezählt.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Of the whole run.</source>
        <translation>Des ganzen Laufs.</translation>
    </message>
    <message>
        <source>Time of calibration</source>
        <translation>Zeit der Kalibrierung</translation>
    </message>
    <message>
        <source>0 where an earlier run&apos;s was used.</source>
        <translation>0, wo die eines früheren Laufs benutzt wurde.</translation>
    </message>
    <message>
        <source>Time of solving</source>
        <translation>Zeit des Lösens</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Höchster Speicherbedarf</translation>
    </message>
    <message>
        <source>Of the engine while it ran.</source>
        <translation>Der Engine während des Laufs.</translation>
    </message>
    <message>
        <source>not evaluated</source>
        <translation>nicht ausgewertet</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>On a text that it has not seen. Lower is better.</source>
        <translation>Auf einem Text, den es nicht gesehen hat. Kleiner ist besser.</translation>
    </message>
    <message>
        <source>KL divergence, mean</source>
        <translation>KL-Divergenz, Mittel</translation>
    </message>
    <message>
        <source>How far predictions are from the original&apos;s, in nats per token. 0 is the same.</source>
        <translation>Wie weit Vorhersagen von denen des Originals entfernt sind, in Nat je Token. 0 ist gleich.</translation>
    </message>
    <message>
        <source>KL divergence, median</source>
        <translation>KL-Divergenz, Median</translation>
    </message>
    <message>
        <source>Half of the tokens lie below.</source>
        <translation>Die Hälfte der Token liegt darunter.</translation>
    </message>
    <message>
        <source>KL divergence, 99 %</source>
        <translation>KL-Divergenz, 99 %</translation>
    </message>
    <message>
        <source>Of a hundred tokens one lies above.</source>
        <translation>Von hundert Token liegt eines darüber.</translation>
    </message>
    <message>
        <source>KL divergence, largest</source>
        <translation>KL-Divergenz, größte</translation>
    </message>
    <message>
        <source>Of a single token.</source>
        <translation>Eines einzelnen Tokens.</translation>
    </message>
    <message>
        <source>Same top token</source>
        <translation>Gleiches wahrscheinlichstes Token</translation>
    </message>
    <message>
        <source>How often the most probable token is the original&apos;s.</source>
        <translation>Wie oft das wahrscheinlichste Token das des Originals ist.</translation>
    </message>
    <message>
        <source>Tokens evaluated</source>
        <translation>Ausgewertete Token</translation>
    </message>
    <message>
        <source>Figures of different texts cannot be compared.</source>
        <translation>Zahlen verschiedener Texte sind nicht vergleichbar.</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>Perplexity in llama.cpp</source>
        <translation>Perplexität in llama.cpp</translation>
    </message>
    <message>
        <source>Measured by “Verify in llama.cpp”.</source>
        <translation>Gemessen durch „In llama.cpp prüfen“.</translation>
    </message>
    <message>
        <source>KL divergence in llama.cpp</source>
        <translation>KL-Divergenz in llama.cpp</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>Reading in llama.cpp</source>
        <translation>Lesen in llama.cpp</translation>
    </message>
    <message>
        <source>Of a prompt.</source>
        <translation>Einer Vorgabe.</translation>
    </message>
    <message>
        <source>Writing in llama.cpp</source>
        <translation>Schreiben in llama.cpp</translation>
    </message>
    <message>
        <source>One token after another.</source>
        <translation>Ein Token nach dem anderen.</translation>
    </message>
</context>
<context>
    <name>Text</name>
    <message>
        <source>Change the setting that the message names and try again.</source>
        <translation>Ändern Sie die genannte Einstellung und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The file is damaged or incomplete: fetch it again, or choose another one.</source>
        <translation>Die Datei ist beschädigt oder unvollständig: Laden Sie sie neu oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Check that the file or folder is still there and that its drive is mounted.</source>
        <translation>Prüfen Sie, ob Datei oder Ordner noch da sind und das Laufwerk eingehängt ist.</translation>
    </message>
    <message>
        <source>Choose a model of the Llama, Mistral, Qwen2 or Qwen3 family, or another format.</source>
        <translation>Wählen Sie ein Modell der Familie Llama, Mistral, Qwen2 oder Qwen3 oder ein anderes Format.</translation>
    </message>
    <message>
        <source>Check free space and permissions of the folder, or choose another output; finished layers are kept, so resume continues.</source>
        <translation>Prüfen Sie freien Platz und Rechte des Ordners oder wählen Sie eine andere Ausgabe; fertige Schichten bleiben erhalten, Fortsetzen macht dort weiter.</translation>
    </message>
    <message>
        <source>Use fewer or shorter sequences, fewer groups, or the CPU instead of a small GPU; finished layers are kept.</source>
        <translation>Nehmen Sie weniger oder kürzere Sequenzen, weniger Gruppen oder statt einer kleinen GPU die CPU; fertige Schichten bleiben erhalten.</translation>
    </message>
    <message>
        <source>Finished layers are kept; resume continues after them.</source>
        <translation>Fertige Schichten bleiben erhalten; Fortsetzen macht danach weiter.</translation>
    </message>
    <message>
        <source>Copy the report and file a bug; finished layers are kept, so resume continues.</source>
        <translation>Kopieren Sie den Bericht und melden Sie den Fehler; fertige Schichten bleiben erhalten, Fortsetzen macht dort weiter.</translation>
    </message>
</context>
<context>
    <name>bitloom</name>
    <message>
        <source>scalar</source>
        <translation>Skalar</translation>
    </message>
</context>
<context>
    <name>bitloom::AboutDialog</name>
    <message>
        <source>About Bitloom</source>
        <translation>Über Bitloom</translation>
    </message>
    <message>
        <source>Version %1 · engine %2 · Qt %3</source>
        <translation>Version %1 · Engine %2 · Qt %3</translation>
    </message>
    <message>
        <source>not running</source>
        <translation>läuft nicht</translation>
    </message>
    <message>
        <source>Bitloom</source>
        <translation>Bitloom</translation>
    </message>
    <message>
        <source>A desktop studio that quantizes large language models.</source>
        <translation>Ein Studio, das große Sprachmodelle quantisiert.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Bitloom is free software: you may use, study, share and change it under the terms of the &lt;b&gt;GNU General Public License, version 3 or later&lt;/b&gt;. It comes without any warranty.&lt;/p&gt;&lt;p&gt;The text of the licence is in the file LICENSE of the source and at &lt;a href=&quot;https://www.gnu.org/licenses/gpl-3.0.html&quot;&gt;gnu.org/licenses&lt;/a&gt;.&lt;/p&gt;&lt;p&gt;A model that you quantize keeps its own licence.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Bitloom ist freie Software: Sie dürfen es unter den Bedingungen der &lt;b&gt;GNU General Public License, Version 3 oder später&lt;/b&gt;, benutzen, studieren, weitergeben und ändern. Es kommt ohne jede Gewähr.&lt;/p&gt;&lt;p&gt;Der Text der Lizenz steht in der Datei LICENSE der Quellen und unter &lt;a href=&quot;https://www.gnu.org/licenses/gpl-3.0.html&quot;&gt;gnu.org/licenses&lt;/a&gt;.&lt;/p&gt;&lt;p&gt;Ein Modell, das Sie quantisieren, behält seine eigene Lizenz.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Qt 6 (LGPL-3.0): windows and drawing</source>
        <translation>Qt 6 (LGPL-3.0): Fenster und Zeichnen</translation>
    </message>
    <message>
        <source>QCustomPlot (GPL-3.0 or later): plots</source>
        <translation>QCustomPlot (GPL-3.0 oder später): Diagramme</translation>
    </message>
    <message>
        <source>libtorch (BSD-3-Clause): tensors, in the engine</source>
        <translation>libtorch (BSD-3-Clause): Tensoren, in der Engine</translation>
    </message>
    <message>
        <source>llama.cpp and ggml (MIT): GGUF, tokenizers, block types, in the engine</source>
        <translation>llama.cpp und ggml (MIT): GGUF, Tokenizer, Blocktypen, in der Engine</translation>
    </message>
    <message>
        <source>JSON for Modern C++ (MIT)</source>
        <translation>JSON for Modern C++ (MIT)</translation>
    </message>
    <message>
        <source>{fmt} (MIT), spdlog (MIT), CLI11 (BSD-3-Clause), tl::expected (CC0), valijson (BSD-2-Clause)</source>
        <translation>{fmt} (MIT), spdlog (MIT), CLI11 (BSD-3-Clause), tl::expected (CC0), valijson (BSD-2-Clause)</translation>
    </message>
    <message>
        <source>Demo model SmolLM2-135M-Instruct (Apache-2.0)</source>
        <translation>Demomodell SmolLM2-135M-Instruct (Apache-2.0)</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>Bibliotheken</translation>
    </message>
    <message>
        <source>&lt;p&gt;The engine has not told its methods yet.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Die Engine hat ihre Verfahren noch nicht genannt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Methods and papers</source>
        <translation>Verfahren und Arbeiten</translation>
    </message>
</context>
<context>
    <name>bitloom::AttentionMap</name>
    <message>
        <source>Attention of a head</source>
        <translation>Aufmerksamkeit eines Kopfs</translation>
    </message>
    <message>
        <source>While a model writes, each step is drawn here: how much of its attention falls on each position.</source>
        <translation>Während ein Modell schreibt, wird hier jeder Schritt gezeichnet: wie viel seiner Aufmerksamkeit auf jede Position fällt.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic colours</source>
        <translation>&amp;Logarithmische Farben</translation>
    </message>
    <message>
        <source>Attention of layer %1, head %2</source>
        <translation>Aufmerksamkeit von Schicht %1, Kopf %2</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Step %1, %2: %3 of the attention, %4</source>
        <translation>Schritt %1, %2: %3 der Aufmerksamkeit, %4</translation>
    </message>
</context>
<context>
    <name>bitloom::BlockPanel</name>
    <message>
        <source>Tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>row </source>
        <translation>Zeile </translation>
    </message>
    <message>
        <source>Block of the row</source>
        <translation>Block der Zeile</translation>
    </message>
    <message>
        <source>block </source>
        <translation>Block </translation>
    </message>
    <message>
        <source>The file has no tensor that is stored in blocks.</source>
        <translation>Die Datei hat keinen Tensor, der in Blöcken gespeichert ist.</translation>
    </message>
    <message>
        <source> of %1</source>
        <translation> von %1</translation>
    </message>
</context>
<context>
    <name>bitloom::BlockView</name>
    <message>
        <source>Block of a row</source>
        <translation>Block einer Zeile</translation>
    </message>
    <message>
        <source>Pick a tensor of a GGUF result to see the codes, scales and minima of its blocks, by ggml&apos;s own rounding and in the file.</source>
        <translation>Wählen Sie einen Tensor eines GGUF-Ergebnisses, um Codes, Skalen und Minima seiner Blöcke zu sehen: wie ggml selbst rundet und wie sie in der Datei stehen.</translation>
    </message>
    <message>
        <source>&amp;Next block</source>
        <translation>&amp;Nächster Block</translation>
    </message>
    <message>
        <source>&amp;Previous block</source>
        <translation>&amp;Voriger Block</translation>
    </message>
    <message>
        <source>Next &amp;row</source>
        <translation>Nächste &amp;Zeile</translation>
    </message>
    <message>
        <source>Row &amp;before</source>
        <translation>Zeile &amp;davor</translation>
    </message>
    <message>
        <source>%1, row %2, block %3 of %4, %5</source>
        <translation>%1, Zeile %2, Block %3 von %4, %5</translation>
    </message>
    <message>
        <source>scale</source>
        <translation>Skala</translation>
    </message>
    <message>
        <source>minimum</source>
        <translation>Minimum</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>ggml&apos;s own</source>
        <translation>ggmls eigener</translation>
    </message>
    <message>
        <source>in the file</source>
        <translation>in der Datei</translation>
    </message>
    <message>
        <source>%1 of %2 codes differ</source>
        <translation>%1 von %2 Codes sind anders</translation>
    </message>
    <message>
        <source>in file</source>
        <translation>in der Datei</translation>
    </message>
    <message>
        <source>ggml&apos;s</source>
        <translation>ggmls</translation>
    </message>
    <message>
        <source>Column %1: weight %2; </source>
        <translation>Spalte %1: Gewicht %2; </translation>
    </message>
    <message>
        <source>ggml&apos;s own %1, in the file %2</source>
        <translation>ggmls eigener %1, in der Datei %2</translation>
    </message>
    <message>
        <source>ggml&apos;s own code %1 is %2, in the file code %3 is %4</source>
        <translation>ggmls eigener Code %1 ist %2, in der Datei ist Code %3 gleich %4</translation>
    </message>
    <message>
        <source>; scale %1</source>
        <translation>; Skala %1</translation>
    </message>
    <message>
        <source>; minimum %1</source>
        <translation>; Minimum %1</translation>
    </message>
    <message>
        <source>; importance %1</source>
        <translation>; Wichtigkeit %1</translation>
    </message>
</context>
<context>
    <name>bitloom::CacheBytesPlot</name>
    <message>
        <source>Bytes of the caches</source>
        <translation>Bytes der Caches</translation>
    </message>
    <message>
        <source>The bytes of each cache that writes are drawn here against the length of the text.</source>
        <translation>Die Bytes jedes Caches, durch den geschrieben wird, werden hier über der Länge des Textes gezeichnet.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>tokens in the cache</source>
        <translation>Token im Cache</translation>
    </message>
    <message>
        <source>MiB</source>
        <translation>MiB</translation>
    </message>
    <message>
        <source>KiB</source>
        <translation>KiB</translation>
    </message>
    <message>
        <source>values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>%1, at %2 tokens %3 and %4</source>
        <translation>%1, bei %2 Token %3 und %4</translation>
    </message>
    <message>
        <source>%1 keys %2, values %3</source>
        <translation>%1 Schlüssel %2, Werte %3</translation>
    </message>
    <message>
        <source>%1 tokens: %2</source>
        <translation>%1 Token: %2</translation>
    </message>
</context>
<context>
    <name>bitloom::CacheForm</name>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Explain in a few sentences why the sky is blue.</source>
        <translation>Erkläre in ein paar Sätzen, warum der Himmel blau ist.</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>&amp;Vorgabe</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>What the text starts with, or what is asked. A long one shows best what a cache keeps.</source>
        <translation>Womit der Text beginnt oder was gefragt wird. Eine lange Vorgabe zeigt am besten, was ein Cache behält.</translation>
    </message>
    <message>
        <source>As a &amp;question to the model</source>
        <translation>Als &amp;Frage an das Modell</translation>
    </message>
    <message>
        <source>Puts the prompt into the model&apos;s chat template. Without it, the model goes on with the text.</source>
        <translation>Setzt die Vorgabe in die Chatvorlage des Modells. Ohne sie setzt das Modell den Text fort.</translation>
    </message>
    <message>
        <source>&amp;Tokens</source>
        <translation>&amp;Token</translation>
    </message>
    <message>
        <source>So many are written at most.</source>
        <translation>So viele werden höchstens geschrieben.</translation>
    </message>
    <message>
        <source>Te&amp;mperature</source>
        <translation>Te&amp;mperatur</translation>
    </message>
    <message>
        <source>0 takes the most probable token each time; 1 draws as the model predicts.</source>
        <translation>0 nimmt jedes Mal das wahrscheinlichste Token; 1 zieht so, wie das Modell es vorhersagt.</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>S&amp;tartwert</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same text.</source>
        <translation>Gleicher Startwert, gleiche Eingabe und gleiches Gerät ergeben denselben Text.</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>M&amp;ethod</source>
        <translation>V&amp;erfahren</translation>
    </message>
    <message>
        <source>How keys and values are kept. The list comes from the engine&apos;s plugins.</source>
        <translation>Wie Schlüssel und Werte aufgehoben werden. Die Liste kommt von den Plugins der Engine.</translation>
    </message>
    <message>
        <source>Written by %1</source>
        <translation>Es schreibt %1</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist offen.</translation>
    </message>
    <message>
        <source>Open a model first; the demo model will do.</source>
        <translation>Öffnen Sie zuerst ein Modell; das Demomodell genügt.</translation>
    </message>
    <message>
        <source>This engine has no key-value caches; an engine of this studio&apos;s version has.</source>
        <translation>Diese Engine hat keine Schlüssel-Wert-Caches; eine Engine mit der Version dieses Studios hat sie.</translation>
    </message>
    <message>
        <source>The engine is not ready yet.</source>
        <translation>Die Engine ist noch nicht bereit.</translation>
    </message>
    <message>
        <source>Write a prompt first.</source>
        <translation>Schreiben Sie zuerst eine Vorgabe.</translation>
    </message>
    <message>
        <source>Configuration &amp;file…</source>
        <translation>Konfigurations&amp;datei …</translation>
    </message>
    <message>
        <source>Takes a method, its parameters and what calibration found for each layer from a file that “bitloom-cli kv --save-configuration” wrote. Such a file can also be dropped on the window.</source>
        <translation>Nimmt Verfahren, Parameter und was die Kalibrierung für jede Schicht gefunden hat aus einer Datei, die „bitloom-cli kv --save-configuration“ geschrieben hat. Eine solche Datei kann auch auf das Fenster gezogen werden.</translation>
    </message>
    <message>
        <source>Without the configuration</source>
        <translation>Ohne die Konfiguration</translation>
    </message>
    <message>
        <source>Write without what the configuration file found</source>
        <translation>Ohne das schreiben, was in der Konfigurationsdatei steht</translation>
    </message>
    <message>
        <source>Configuration of a cache</source>
        <translation>Konfiguration eines Caches</translation>
    </message>
    <message>
        <source>Cache configurations (*.json);;All files (*)</source>
        <translation>Cache-Konfigurationen (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Sa&amp;ve…</source>
        <translation>S&amp;peichern …</translation>
    </message>
    <message>
        <source>Keeps the configuration as a file for later, for “bitloom-cli” and beside an exported model</source>
        <translation>Bewahrt die Konfiguration als Datei auf: für später, für „bitloom-cli“ und neben einem exportierten Modell</translation>
    </message>
    <message>
        <source>Ca&amp;librate</source>
        <translation>Ka&amp;librieren</translation>
    </message>
    <message>
        <source>Finds what the method needs for this model, on text that the model writes itself, and uses it as a configuration from then on. Stop ends it.</source>
        <translation>Findet an einem Text, den das Modell selbst schreibt, was das Verfahren für dieses Modell braucht, und verwendet es von da an als Konfiguration. „Anhalten“ beendet es.</translation>
    </message>
    <message>
        <source> bits for each number</source>
        <translation> Bit für jede Zahl</translation>
    </message>
    <message>
        <source>without a budget</source>
        <translation>ohne Vorgabe</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>How many bits each key and value may take, metadata and exact tokens counted, at 1024 tokens. “Guided” and “AsymKV” share such a budget out; other methods keep as many tokens exactly as it allows.</source>
        <translation>Wie viele Bit jeder Schlüssel und jeder Wert bei 1024 Token belegen darf, Metadaten und genau behaltene Token eingerechnet. „Guided“ und „AsymKV“ teilen eine solche Vorgabe auf; andere Verfahren behalten so viele Token genau, wie sie erlaubt.</translation>
    </message>
    <message>
        <source>Save the configuration</source>
        <translation>Konfiguration speichern</translation>
    </message>
</context>
<context>
    <name>bitloom::CodebookPlot</name>
    <message>
        <source>Codebook</source>
        <translation>Codebuch</translation>
    </message>
    <message>
        <source>No codebook yet. While a layer is solved, one row&apos;s weights and its levels move here; pick a layer in the strip.</source>
        <translation>Noch kein Codebuch. Während eine Schicht gelöst wird, bewegen sich hier die Gewichte und Stufen einer Zeile; wählen Sie im Streifen eine Schicht.</translation>
    </message>
    <message>
        <source>Codebook of %1, row %2</source>
        <translation>Codebuch von %1, Zeile %2</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation>Gewichte je Klasse</translation>
    </message>
    <message>
        <source>start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>level, with its count above</source>
        <translation>Stufe, darüber ihre Anzahl</translation>
    </message>
    <message>
        <source>step %1, %2</source>
        <translation>Schritt %1, %2</translation>
    </message>
    <message>
        <source>Level %1 of %2: %3</source>
        <translation>Stufe %1 von %2: %3</translation>
    </message>
    <message>
        <source>, %1 weights</source>
        <translation>, %1 Gewichte</translation>
    </message>
    <message>
        <source> (%1)</source>
        <translation> (%1)</translation>
    </message>
</context>
<context>
    <name>bitloom::CodebookView</name>
    <message>
        <source>Step of the solver</source>
        <translation>Schritt des Lösers</translation>
    </message>
    <message>
        <source>Half steps of the solver; at the right end the view follows the newest</source>
        <translation>Halbschritte des Lösers; am rechten Ende folgt die Ansicht dem neuesten</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Replay all steps</source>
        <translation>Alle Schritte abspielen</translation>
    </message>
    <message>
        <source>Plays all steps from the start</source>
        <translation>Spielt alle Schritte vom Beginn an</translation>
    </message>
    <message>
        <source>R&amp;ow</source>
        <translation>Z&amp;eile</translation>
    </message>
    <message>
        <source>Output row</source>
        <translation>Ausgabezeile</translation>
    </message>
    <message>
        <source>no steps</source>
        <translation>keine Schritte</translation>
    </message>
    <message>
        <source>step %1 of %2, %3</source>
        <translation>Schritt %1 von %2, %3</translation>
    </message>
</context>
<context>
    <name>bitloom::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Type what you want to do</source>
        <translation>Schreiben Sie, was Sie tun möchten</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Matching commands</source>
        <translation>Passende Befehle</translation>
    </message>
</context>
<context>
    <name>bitloom::ComparePage</name>
    <message>
        <source> – about %1 left</source>
        <translation> – noch etwa %1</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Runs to compare</source>
        <translation>Läufe, die verglichen werden</translation>
    </message>
    <message>
        <source>Finished runs; those with a tick are compared. The space bar ticks.</source>
        <translation>Fertige Läufe; die mit Haken werden verglichen. Die Leertaste setzt den Haken.</translation>
    </message>
    <message>
        <source>Add a project folder…</source>
        <translation>Projektordner hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Differences only</source>
        <translation>Nur &amp;Unterschiede</translation>
    </message>
    <message>
        <source>Leaves out the lines in which all runs are the same.</source>
        <translation>Lässt die Zeilen weg, in denen alle Läufe gleich sind.</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Sample text of Bitloom</source>
        <translation>Beispieltext von Bitloom</translation>
    </message>
    <message>
        <source>Another text file…</source>
        <translation>Andere Textdatei…</translation>
    </message>
    <message>
        <source>Number of windows</source>
        <translation>Anzahl der Fenster</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source> windows</source>
        <translation> Fenster</translation>
    </message>
    <message>
        <source>Evaluate those without figures</source>
        <translation>Auswerten, was keine Zahlen hat</translation>
    </message>
    <message>
        <source>Evaluate all on this text</source>
        <translation>Alle auf diesem Text auswerten</translation>
    </message>
    <message>
        <source>Progress of the evaluation</source>
        <translation>Fortschritt der Auswertung</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>Bericht speichern…</translation>
    </message>
    <message>
        <source>A web page with the table and all plots in one file.</source>
        <translation>Eine Webseite mit der Tabelle und allen Diagrammen in einer Datei.</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>Tabelle speichern…</translation>
    </message>
    <message>
        <source>All figures as CSV, a line for each run.</source>
        <translation>Alle Zahlen als CSV, eine Zeile je Lauf.</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>Vergleich speichern</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>Webseite (*.html)</translation>
    </message>
    <message>
        <source>Save the table</source>
        <translation>Tabelle speichern</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>Noch nichts zu vergleichen</translation>
    </message>
    <message>
        <source>Tick finished runs at the left, or drop their project folders here. Each gets a column.</source>
        <translation>Haken Sie links fertige Läufe an oder lassen Sie ihre Projektordner hier fallen. Jeder bekommt eine Spalte.</translation>
    </message>
    <message>
        <source>Views of the comparison</source>
        <translation>Ansichten des Vergleichs</translation>
    </message>
    <message>
        <source>Runs side by side</source>
        <translation>Läufe nebeneinander</translation>
    </message>
    <message>
        <source>Size against KL divergence</source>
        <translation>Größe gegen KL-Divergenz</translation>
    </message>
    <message>
        <source>None of the runs has been evaluated against its original. “Evaluate” measures them on the same text.</source>
        <translation>Keiner der Läufe ist gegen sein Original ausgewertet. „Auswerten“ misst sie auf demselben Text.</translation>
    </message>
    <message>
        <source>mean KL divergence, nats per token</source>
        <translation>mittlere KL-Divergenz, Nat je Token</translation>
    </message>
    <message>
        <source>no other run is smaller and better</source>
        <translation>kein anderer Lauf ist kleiner und besser</translation>
    </message>
    <message>
        <source>other runs</source>
        <translation>andere Läufe</translation>
    </message>
    <message>
        <source>mean KL divergence %1</source>
        <translation>mittlere KL-Divergenz %1</translation>
    </message>
    <message>
        <source>Run that the others are compared with</source>
        <translation>Lauf, mit dem die anderen verglichen werden</translation>
    </message>
    <message>
        <source>Size that is compared</source>
        <translation>Größe, die verglichen wird</translation>
    </message>
    <message>
        <source>Files of unpacked weights have one size at all bits; those for llama.cpp and Any-Precision are as small as their bits.</source>
        <translation>Dateien mit ausgepackten Gewichten sind bei allen Bits gleich groß; die für llama.cpp und Any-Precision sind so klein wie ihre Bits.</translation>
    </message>
    <message>
        <source>by bits per weight</source>
        <translation>nach Bits je Gewicht</translation>
    </message>
    <message>
        <source>by size of the file</source>
        <translation>nach Größe der Datei</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Size and KL</source>
        <translation>Größe und KL</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL-Divergenz</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>%1: this run is not finished, so that there is nothing to compare yet</source>
        <translation>%1: Dieser Lauf ist nicht fertig; es gibt noch nichts zu vergleichen</translation>
    </message>
    <message>
        <source>%1, %2 bits, finished</source>
        <translation>%1, %2 Bits, fertig</translation>
    </message>
    <message>
        <source>Project folder of a finished run</source>
        <translation>Projektordner eines fertigen Laufs</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>⚠ These runs were evaluated on different texts or windows, so that their perplexities and divergences cannot be compared. “Evaluate all on this text” measures them anew.</source>
        <translation>⚠ Diese Läufe wurden auf verschiedenen Texten oder Fenstern ausgewertet; ihre Perplexitäten und Divergenzen sind nicht vergleichbar. „Alle auf diesem Text auswerten“ misst sie neu.</translation>
    </message>
    <message>
        <source>against %1</source>
        <translation>gegen %1</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>Text to evaluate on</source>
        <translation>Text für die Auswertung</translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation>Text (*.txt *.md *.text);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Evaluating %1 …</source>
        <translation>%1 wird ausgewertet …</translation>
    </message>
    <message>
        <source>Comparison of quantized models</source>
        <translation>Vergleich quantisierter Modelle</translation>
    </message>
    <message>
        <source>As commands</source>
        <translation>Als Befehle</translation>
    </message>
</context>
<context>
    <name>bitloom::ComparisonPanel</name>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>Nothing to compare yet. Quantize a model, or evaluate one against its original, and the figures appear here.</source>
        <translation>Noch nichts zu vergleichen. Quantisieren Sie ein Modell oder werten Sie eines gegen sein Original aus; hier erscheinen dann die Zahlen.</translation>
    </message>
    <message>
        <source>Original against quantized</source>
        <translation>Original gegen quantisiert</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Quantized</source>
        <translation>Quantisiert</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>to %1</source>
        <translation>auf %1</translation>
    </message>
    <message>
        <source>All files of the model</source>
        <translation>Alle Dateien des Modells</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Of the linear layers; codebooks and scales counted</source>
        <translation>Der linearen Schichten; Codebücher und Skalen mitgezählt</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>How surprised the model is by the text; lower is better. After ± the standard error.</source>
        <translation>Wie überrascht das Modell von dem Text ist; weniger ist besser. Hinter ± der Standardfehler.</translation>
    </message>
    <message>
        <source>KL divergence, mean</source>
        <translation>KL-Divergenz, Mittel</translation>
    </message>
    <message>
        <source>How far the next-token distribution moved from the original&apos;s, in nats; 0 is the same</source>
        <translation>Wie weit sich die Verteilung des nächsten Tokens vom Original entfernt hat, in Nats; 0 heißt gleich</translation>
    </message>
    <message>
        <source>KL divergence, median</source>
        <translation>KL-Divergenz, Median</translation>
    </message>
    <message>
        <source>Half of the tokens moved less than this</source>
        <translation>Die Hälfte der Token hat sich weniger bewegt</translation>
    </message>
    <message>
        <source>KL divergence, 99th percentile</source>
        <translation>KL-Divergenz, 99. Perzentil</translation>
    </message>
    <message>
        <source>One token in a hundred moved more than this</source>
        <translation>Eines von hundert Token hat sich mehr bewegt</translation>
    </message>
    <message>
        <source>Same most likely token</source>
        <translation>Gleiches wahrscheinlichstes Token</translation>
    </message>
    <message>
        <source>How often both models would pick the same next token</source>
        <translation>Wie oft beide Modelle dasselbe nächste Token wählen würden</translation>
    </message>
    <message>
        <source>against &lt;b&gt;%1&lt;/b&gt;</source>
        <translation>gegen &lt;b&gt;%1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>on %1 tokens in windows of %2</source>
        <translation>auf %1 Token in Fenstern von %2</translation>
    </message>
    <message>
        <source>Comparison of %1</source>
        <translation>Vergleich von %1</translation>
    </message>
    <message>
        <source>models</source>
        <translation>Modelle</translation>
    </message>
</context>
<context>
    <name>bitloom::DivergencePlot</name>
    <message>
        <source>KL divergence from the original</source>
        <translation>KL-Divergenz vom Original</translation>
    </message>
    <message>
        <source>None of the runs has been evaluated against its original. “Evaluate” measures them on the same text.</source>
        <translation>Keiner der Läufe ist gegen sein Original ausgewertet. „Auswerten“ misst sie auf demselben Text.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic divergence</source>
        <translation>&amp;Logarithmische Divergenz</translation>
    </message>
    <message>
        <source>KL divergence, nats</source>
        <translation>KL-Divergenz, Nat</translation>
    </message>
    <message>
        <source>max</source>
        <translation>max.</translation>
    </message>
    <message>
        <source>◆ mean with its standard error, ▬ median, – quantiles over the tokens</source>
        <translation>◆ Mittel mit Standardfehler, ▬ Median, – Quantile über die Token</translation>
    </message>
    <message>
        <source>%1: mean %2</source>
        <translation>%1: Mittel %2</translation>
    </message>
    <message>
        <source>, at most %1</source>
        <translation>, höchstens %1</translation>
    </message>
    <message>
        <source>, %1 % of the tokens below %2</source>
        <translation>, %1 % der Token unter %2</translation>
    </message>
</context>
<context>
    <name>bitloom::DropZone</name>
    <message>
        <source>A Hugging Face model folder, a GGUF file, or a Bitloom recipe. It stays where it is.</source>
        <translation>Ein Modellordner von Hugging Face, eine GGUF-Datei oder ein Rezept von Bitloom. Alles bleibt, wo es ist.</translation>
    </message>
    <message>
        <source>This is not a file or a folder.</source>
        <translation>Das ist weder eine Datei noch ein Ordner.</translation>
    </message>
    <message>
        <source>Drop one model at a time. For a model in several files, drop the folder that holds them.</source>
        <translation>Legen Sie ein Modell auf einmal ab. Besteht es aus mehreren Dateien, legen Sie den Ordner ab, in dem sie liegen.</translation>
    </message>
    <message>
        <source>“%1” is not on this computer. Download it first, then drop its folder.</source>
        <translation>„%1“ liegt nicht auf diesem Rechner. Laden Sie es zuerst herunter und legen Sie dann seinen Ordner ab.</translation>
    </message>
    <message>
        <source>“%1” does not exist any more.</source>
        <translation>„%1“ gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>“%1” is one part of a model. Drop the folder that holds it with its config.json.</source>
        <translation>„%1“ ist ein Teil eines Modells. Legen Sie den Ordner ab, in dem es mit seiner config.json liegt.</translation>
    </message>
    <message>
        <source>“%1” is neither a model folder, a .gguf file nor a .json recipe.</source>
        <translation>„%1“ ist weder ein Modellordner noch eine .gguf-Datei noch ein .json-Rezept.</translation>
    </message>
    <message>
        <source>Drop a model here</source>
        <translation>Legen Sie hier ein Modell ab</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>&amp;Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open f&amp;ile…</source>
        <translation>Date&amp;i öffnen…</translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation>&amp;Demomodell öffnen</translation>
    </message>
    <message>
        <source>SmolLM2 135M Instruct, installed with Bitloom</source>
        <translation>SmolLM2 135M Instruct, mit Bitloom installiert</translation>
    </message>
    <message>
        <source>Let go to open this model</source>
        <translation>Loslassen öffnet dieses Modell</translation>
    </message>
    <message>
        <source>Let go to load this recipe</source>
        <translation>Loslassen lädt dieses Rezept</translation>
    </message>
</context>
<context>
    <name>bitloom::EngineClient</name>
    <message>
        <source>The engine was killed (signal 9). When nobody did that by hand, the system ran out of memory.</source>
        <translation>Die Engine wurde beendet (Signal 9). Hat das niemand von Hand getan, ist dem System der Speicher ausgegangen.</translation>
    </message>
    <message>
        <source>The engine was asked to end by another program (signal 15).</source>
        <translation>Ein anderes Programm hat die Engine gebeten, sich zu beenden (Signal 15).</translation>
    </message>
    <message>
        <source>The engine crashed: it touched memory that is not its own (signal 11).</source>
        <translation>Die Engine ist abgestürzt: Sie hat fremden Speicher berührt (Signal 11).</translation>
    </message>
    <message>
        <source>The engine crashed: it found itself in a state that cannot be (signal 6).</source>
        <translation>Die Engine ist abgestürzt: Sie fand sich in einem unmöglichen Zustand (Signal 6).</translation>
    </message>
    <message>
        <source>The engine crashed (signal %1).</source>
        <translation>Die Engine ist abgestürzt (Signal %1).</translation>
    </message>
    <message>
        <source>The engine could not be started: %1.</source>
        <translation>Die Engine konnte nicht gestartet werden: %1.</translation>
    </message>
    <message>
        <source>Check the engine command in the settings.</source>
        <translation>Prüfen Sie den Befehl der Engine in den Einstellungen.</translation>
    </message>
    <message>
        <source>The engine&apos;s answer could not be read: %1</source>
        <translation>Die Antwort der Engine war nicht lesbar: %1</translation>
    </message>
    <message>
        <source>Check that the engine command starts “bitloom-cli serve” and prints nothing else, then start it again.</source>
        <translation>Prüfen Sie, ob der Befehl „bitloom-cli serve“ startet und sonst nichts ausgibt, und starten Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Finished layers are kept: resume, or try fewer sequences or another device.</source>
        <translation>Fertige Schichten bleiben erhalten: Setzen Sie fort, oder nehmen Sie weniger Sequenzen oder ein anderes Gerät.</translation>
    </message>
    <message>
        <source>The connection to the engine&apos;s machine was lost, or could not be made (ssh ended with status 255).</source>
        <translation>Die Verbindung zur Maschine der Engine ging verloren oder kam nicht zustande (ssh endete mit Status 255).</translation>
    </message>
    <message>
        <source>Check network and login, start the engine again and resume: finished layers are kept on that machine.</source>
        <translation>Prüfen Sie Netz und Anmeldung, starten Sie die Engine neu und setzen Sie fort: Fertige Schichten liegen auf jener Maschine.</translation>
    </message>
    <message>
        <source>The engine ended by itself with status %1.</source>
        <translation>Die Engine hat sich mit Status %1 selbst beendet.</translation>
    </message>
    <message>
        <source>Look at its last lines in the log, then start it again.</source>
        <translation>Sehen Sie ihre letzten Zeilen im Protokoll an und starten Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The engine refused to talk to this studio: %1.</source>
        <translation>Die Engine wollte nicht mit diesem Studio sprechen: %1.</translation>
    </message>
    <message>
        <source>Install studio and engine of the same version.</source>
        <translation>Installieren Sie Studio und Engine derselben Version.</translation>
    </message>
    <message>
        <source>The engine speaks protocol %1 and this studio speaks protocol %2.</source>
        <translation>Die Engine spricht Protokoll %1 und dieses Studio Protokoll %2.</translation>
    </message>
    <message>
        <source>Nothing was being computed; start it again to go on.</source>
        <translation>Es wurde nichts gerechnet; starten Sie sie noch einmal, um weiterzumachen.</translation>
    </message>
</context>
<context>
    <name>bitloom::EngineProcess</name>
    <message>
        <source>The engine command is empty.</source>
        <translation>Der Befehl der Engine ist leer.</translation>
    </message>
</context>
<context>
    <name>bitloom::GlossaryDialog</name>
    <message>
        <source>What is this: %1?</source>
        <translation>Was ist das: %1?</translation>
    </message>
    <message>
        <source>Terms explained</source>
        <translation>Begriffe erklärt</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search terms</source>
        <translation>Begriffe suchen</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>Begriffe</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>Erklärung</translation>
    </message>
</context>
<context>
    <name>bitloom::HeadGrid</name>
    <message>
        <source>Attention by what is kept</source>
        <translation>Aufmerksamkeit nach dem, was bleibt</translation>
    </message>
    <message>
        <source>While a model writes, every head of every layer is shown here. Pick one to see its positions.</source>
        <translation>Während ein Modell schreibt, wird hier jeder Kopf jeder Schicht gezeigt. Wählen Sie einen, um seine Positionen zu sehen.</translation>
    </message>
    <message>
        <source>Attention on: %1</source>
        <translation>Aufmerksamkeit auf: %1</translation>
    </message>
    <message>
        <source>Attention on what is kept exactly</source>
        <translation>Aufmerksamkeit auf dem, was genau bleibt</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Layer %1, head %2: %3</source>
        <translation>Schicht %1, Kopf %2: %3</translation>
    </message>
    <message>
        <source>Error of the attention&apos;s output (not measured: nobody watched when the text began)</source>
        <translation>Fehler der Ausgabe der Aufmerksamkeit (nicht gemessen: zu Beginn des Textes sah niemand zu)</translation>
    </message>
    <message>
        <source>Error of the attention&apos;s output</source>
        <translation>Fehler der Ausgabe der Aufmerksamkeit</translation>
    </message>
    <message>
        <source>error of the output %1</source>
        <translation>Fehler der Ausgabe %1</translation>
    </message>
</context>
<context>
    <name>bitloom::JobProgress</name>
    <message>
        <source>Memory of the engine now, and the most it held</source>
        <translation>Speicher der Engine jetzt, und der höchste Stand</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>Fortschritt des Auftrags</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Holds the job at the next safe point; nothing is lost</source>
        <translation>Hält den Auftrag an der nächsten sicheren Stelle; nichts geht verloren</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Goes on from the last finished layer</source>
        <translation>Macht nach der letzten fertigen Schicht weiter</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>A&amp;bbrechen</translation>
    </message>
    <message>
        <source>Stops the job; finished layers are kept and can be taken up again</source>
        <translation>Beendet den Auftrag; fertige Schichten bleiben und können wieder aufgenommen werden</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Preparing calibration text</source>
        <translation>Kalibriertext wird vorbereitet</translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation>Kalibrieren</translation>
    </message>
    <message>
        <source>Quantizing</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Verifying in llama.cpp</source>
        <translation>Prüfen in llama.cpp</translation>
    </message>
    <message>
        <source>Generating</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>No job is running</source>
        <translation>Kein Auftrag läuft</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Paused: %1</source>
        <translation>Angehalten: %1</translation>
    </message>
    <message>
        <source>Choose a method and press Quantize.</source>
        <translation>Wählen Sie ein Verfahren und drücken Sie „Quantisieren“.</translation>
    </message>
    <message>
        <source>pauses at the next safe point: %1</source>
        <translation>hält an der nächsten sicheren Stelle an: %1</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>Bricht ab</translation>
    </message>
    <message>
        <source>✓ Finished</source>
        <translation>✓ Fertig</translation>
    </message>
    <message>
        <source>✕ Failed</source>
        <translation>✕ Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Resume goes on from the last finished layer.</source>
        <translation>Fortsetzen macht nach der letzten fertigen Schicht weiter.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%1 von %2 %3</translation>
    </message>
    <message>
        <source>%1 per second</source>
        <translation>%1 je Sekunde</translation>
    </message>
    <message>
        <source>%1 %2 per second</source>
        <translation>%1 %2 je Sekunde</translation>
    </message>
    <message>
        <source>%1 %2 per minute</source>
        <translation>%1 %2 je Minute</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>time left: measuring…</source>
        <translation>Restzeit: wird gemessen…</translation>
    </message>
    <message>
        <source>Memory %1, peak %2</source>
        <translation>Speicher %1, höchstens %2</translation>
    </message>
    <message>
        <source>  ·  GPU %1</source>
        <translation>  ·  GPU %1</translation>
    </message>
    <message>
        <source>Tuning codebooks</source>
        <translation>Codebücher werden nachgestimmt</translation>
    </message>
    <message>
        <source>Measuring types</source>
        <translation>Typen messen</translation>
    </message>
</context>
<context>
    <name>bitloom::JobQueue</name>
    <message>
        <source>The studio ended while this job was under way. Resume goes on after its finished layers.</source>
        <translation>Das Studio wurde beendet, während dieser Auftrag lief. Fortsetzen macht nach seinen fertigen Schichten weiter.</translation>
    </message>
    <message>
        <source>Goes on after its finished layers when it is its turn.</source>
        <translation>Macht nach seinen fertigen Schichten weiter, sobald er an der Reihe ist.</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight, made in %3</source>
        <translation>%1, %2 Bits je Gewicht, fertig in %3</translation>
    </message>
</context>
<context>
    <name>bitloom::JobQueueFile</name>
    <message>
        <source>“%1” cannot be made, so the queue is not kept when the studio ends.</source>
        <translation>„%1“ lässt sich nicht anlegen; die Warteschlange geht verloren, wenn das Studio endet.</translation>
    </message>
    <message>
        <source>Another Bitloom is open and keeps the queue; that of this window is forgotten when it ends.</source>
        <translation>Ein anderes Bitloom ist offen und bewahrt die Warteschlange; die dieses Fensters wird vergessen, wenn es endet.</translation>
    </message>
    <message>
        <source>“%1” cannot be written, so the queue is not kept when the studio ends.</source>
        <translation>„%1“ lässt sich nicht beschreiben; die Warteschlange geht verloren, wenn das Studio endet.</translation>
    </message>
    <message>
        <source>The queue could not be read and starts empty: %1; the file is kept as “%2”.</source>
        <translation>Die Warteschlange ließ sich nicht lesen und beginnt leer: %1; die Datei bleibt als „%2“ erhalten.</translation>
    </message>
    <message>
        <source>The queue could not be read: %1; the file stays as it is, and this queue is forgotten when the studio ends.</source>
        <translation>Die Warteschlange ließ sich nicht lesen: %1; die Datei bleibt, wie sie ist, und diese Warteschlange wird vergessen, wenn das Studio endet.</translation>
    </message>
    <message>
        <source>The queue could not be kept. %1</source>
        <translation>Die Warteschlange ließ sich nicht sichern. %1</translation>
    </message>
</context>
<context>
    <name>bitloom::KvPage</name>
    <message>
        <source>The model is read …</source>
        <translation>Das Modell wird gelesen …</translation>
    </message>
    <message>
        <source>The prompt of %1 tokens is read …</source>
        <translation>Die Vorgabe mit %1 Token wird gelesen …</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>Das Demomodell öffnen</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>What the model writes appears here, the prompt in italics. Point at a token to find it in the maps.</source>
        <translation>Hier erscheint, was das Modell schreibt, die Vorgabe kursiv. Zeigen Sie auf ein Token, um es in den Karten zu finden.</translation>
    </message>
    <message>
        <source>Half of the cache</source>
        <translation>Hälfte des Caches</translation>
    </message>
    <message>
        <source>Whose classes are drawn: a method may keep keys and values of different positions.</source>
        <translation>Wessen Klassen gezeichnet werden: Ein Verfahren kann Schlüssel und Werte verschiedener Positionen behalten.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>All that is kept exactly</source>
        <translation>Alles, was genau bleibt</translation>
    </message>
    <message>
        <source>Another job is running; wait for it or cancel it.</source>
        <translation>Ein anderer Auftrag läuft; warten Sie auf ihn oder brechen Sie ihn ab.</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>%1 tokens, %2 tokens/s, cache of %3: keys %4, values %5, %6 bits for each number.</source>
        <translation>%1 Token, %2 Token/s, Cache mit %3: Schlüssel %4, Werte %5, %6 Bits für jede Zahl.</translation>
    </message>
    <message>
        <source>The text ends early: %1.</source>
        <translation>Der Text endet früher: %1.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>%1 tokens in the cache, %2 tokens/s, keys %3, values %4.</source>
        <translation>%1 Token im Cache, %2 Token/s, Schlüssel %3, Werte %4.</translation>
    </message>
    <message>
        <source>The next text will show layer %1, head %2.</source>
        <translation>Der nächste Text wird Schicht %1, Kopf %2 zeigen.</translation>
    </message>
    <message>
        <source>What all heads tell</source>
        <translation>Was alle Köpfe zeigen</translation>
    </message>
    <message>
        <source>What the colour of each head tells: the share of its attention that falls on one class of positions, or how far what it puts out is from what exact keys and values would give.</source>
        <translation>Was die Farbe jedes Kopfes zeigt: den Anteil seiner Aufmerksamkeit, der auf eine Klasse von Positionen fällt, oder wie weit seine Ausgabe von dem abweicht, was genaue Schlüssel und Werte ergäben.</translation>
    </message>
    <message>
        <source>Error of the output</source>
        <translation>Fehler der Ausgabe</translation>
    </message>
    <message>
        <source>Calibrating (%1): %2, %3 left.</source>
        <translation>Kalibrierung (%1): %2, noch %3.</translation>
    </message>
    <message>
        <source>Calibrating (%1): %2.</source>
        <translation>Kalibrierung (%1): %2.</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>kalibriert</translation>
    </message>
    <message>
        <source>Calibrated; the next text is written with what was found.</source>
        <translation>Kalibriert; der nächste Text wird mit dem geschrieben, was gefunden wurde.</translation>
    </message>
</context>
<context>
    <name>bitloom::LayerErrorChart</name>
    <message>
        <source>Relative error by layer</source>
        <translation>Relativer Fehler je Schicht</translation>
    </message>
    <message>
        <source>No layer has been quantized yet. When a job ends, the error of every layer is shown here.</source>
        <translation>Noch keine Schicht ist quantisiert. Wenn ein Auftrag endet, steht hier der Fehler jeder Schicht.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic error</source>
        <translation>&amp;Logarithmischer Fehler</translation>
    </message>
    <message>
        <source>relative error, %</source>
        <translation>relativer Fehler, %</translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation>Decoder-Block</translation>
    </message>
    <message>
        <source>on held-out text</source>
        <translation>auf zurückgehaltenem Text</translation>
    </message>
    <message>
        <source>%1: relative error %2</source>
        <translation>%1: relativer Fehler %2</translation>
    </message>
    <message>
        <source>, on held-out text %1</source>
        <translation>, auf zurückgehaltenem Text %1</translation>
    </message>
    <message>
        <source>, %1 bits per weight</source>
        <translation>, %1 Bits je Gewicht</translation>
    </message>
</context>
<context>
    <name>bitloom::LayerRatioPlot</name>
    <message>
        <source>Layer errors against another run</source>
        <translation>Fehler der Schichten gegen einen anderen Lauf</translation>
    </message>
    <message>
        <source>Pick two runs of the same model whose layers were measured; how their errors differ is shown layer by layer.</source>
        <translation>Wählen Sie zwei Läufe desselben Modells, deren Schichten gemessen wurden; wie sich ihre Fehler unterscheiden, steht hier Schicht für Schicht.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic ratio</source>
        <translation>&amp;Logarithmisches Verhältnis</translation>
    </message>
    <message>
        <source>error over that of %1</source>
        <translation>Fehler geteilt durch den von %1</translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation>Decoder-Block</translation>
    </message>
    <message>
        <source>%1, %2: relative error %3, %4 times that of %5 (%6)</source>
        <translation>%1, %2: relativer Fehler %3, das %4-Fache dessen von %5 (%6)</translation>
    </message>
    <message>
        <source>Layer errors against %1</source>
        <translation>Fehler der Schichten gegen %1</translation>
    </message>
</context>
<context>
    <name>bitloom::LayerStrip</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>No layers yet. Start a quantization or open a project, and every linear layer shows its state here.</source>
        <translation>Noch keine Schichten. Beginnen Sie eine Quantisierung oder öffnen Sie ein Projekt; jede lineare Schicht zeigt dann hier ihren Zustand.</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>calibrating</source>
        <translation>kalibriert</translation>
    </message>
    <message>
        <source>solving</source>
        <translation>wird gelöst</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>relative error, %</source>
        <translation>relativer Fehler, %</translation>
    </message>
    <message>
        <source>, relative error %1</source>
        <translation>, relativer Fehler %1</translation>
    </message>
    <message>
        <source>, held-out %1</source>
        <translation>, zurückgehalten %1</translation>
    </message>
    <message>
        <source>, objective %1 → %2</source>
        <translation>, Zielwert %1 → %2</translation>
    </message>
    <message>
        <source>, %1</source>
        <translation>, %1</translation>
    </message>
</context>
<context>
    <name>bitloom::LessonPanel</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>End the lesson</source>
        <translation>Lektion beenden</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>Lektion</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>✓ Done. Go on.</source>
        <translation>✓ Getan. Weiter geht es.</translation>
    </message>
    <message>
        <source>○ Not done yet.</source>
        <translation>○ Noch nicht getan.</translation>
    </message>
</context>
<context>
    <name>bitloom::LogModel</name>
    <message>
        <source>debug</source>
        <translation>Debug</translation>
    </message>
    <message>
        <source>info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
</context>
<context>
    <name>bitloom::LogView</name>
    <message>
        <source>Lowest level shown</source>
        <translation>Niedrigste gezeigte Stufe</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Info and above</source>
        <translation>Info und höher</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>Warnungen und Fehler</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>Im Protokoll suchen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation>Protokoll kopieren</translation>
    </message>
    <message>
        <source>Copies the selected lines, or all visible ones</source>
        <translation>Kopiert die gewählten Zeilen oder alle sichtbaren</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>Protokoll leeren</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Nothing logged yet</source>
        <translation>Noch nichts protokolliert</translation>
    </message>
    <message>
        <source>%1 lines</source>
        <translation>%1 Zeilen</translation>
    </message>
    <message>
        <source>%1 of %2 lines</source>
        <translation>%1 von %2 Zeilen</translation>
    </message>
</context>
<context>
    <name>bitloom::MainWindow</name>
    <message>
        <source>A job is running</source>
        <translation>Ein Auftrag läuft</translation>
    </message>
    <message>
        <source>Quit while a model is being quantized?</source>
        <translation>Beenden, während ein Modell quantisiert wird?</translation>
    </message>
    <message>
        <source>Finished layers are kept in the project folder.</source>
        <translation>Fertige Schichten bleiben im Projektordner.</translation>
    </message>
    <message>
        <source>Pause and quit</source>
        <translation>Anhalten und beenden</translation>
    </message>
    <message>
        <source>The next start offers to resume.</source>
        <translation>Der nächste Start bietet an, fortzusetzen.</translation>
    </message>
    <message>
        <source>Cancel the job and quit</source>
        <translation>Auftrag abbrechen und beenden</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Memory and GPU</source>
        <translation>Speicher und GPU</translation>
    </message>
    <message>
        <source>Some plugins could not be loaded; the other methods work.</source>
        <translation>Einige Plugins konnten nicht geladen werden; die anderen Verfahren gehen.</translation>
    </message>
    <message>
        <source>Engine memory %1</source>
        <translation>Speicher der Engine %1</translation>
    </message>
    <message>
        <source>, GPU %1</source>
        <translation>, GPU %1</translation>
    </message>
    <message>
        <source>The command line is on the clipboard.</source>
        <translation>Die Befehlszeile ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation>%1, %2 Bits je Gewicht</translation>
    </message>
    <message>
        <source>“%1” is written: %2.</source>
        <translation>„%1“ ist geschrieben: %2.</translation>
    </message>
    <message>
        <source>Look at the result</source>
        <translation>Ergebnis ansehen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>The run stopped.</source>
        <translation>Der Lauf wurde beendet.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>“%1” is used as calibration text.</source>
        <translation>„%1“ dient als Kalibriertext.</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>Das Demomodell öffnen</translation>
    </message>
    <message>
        <source>The model could not be opened.</source>
        <translation>Das Modell konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>%1, %2 parameters</source>
        <translation>%1, %2 Parameter</translation>
    </message>
    <message>
        <source>This file was made by Bitloom and carries its recipe.</source>
        <translation>Diese Datei stammt von Bitloom und trägt ihr Rezept in sich.</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>Ihre Einstellungen nehmen</translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation>%1, %2 Bits</translation>
    </message>
    <message>
        <source>“%1” is not a recipe.</source>
        <translation>„%1“ ist kein Rezept.</translation>
    </message>
    <message>
        <source>The project could not be opened.</source>
        <translation>Das Projekt konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>%1, %2 bits, finished</source>
        <translation>%1, %2 Bits, fertig</translation>
    </message>
    <message>
        <source>%1, %2 bits, %3 of %4 layers</source>
        <translation>%1, %2 Bits, %3 von %4 Schichten</translation>
    </message>
    <message>
        <source>This run was interrupted. Resume continues after its finished layers.</source>
        <translation>Dieser Lauf wurde unterbrochen. Fortsetzen macht nach seinen fertigen Schichten weiter.</translation>
    </message>
    <message>
        <source>Open a model or a recipe</source>
        <translation>Modell oder Rezept öffnen</translation>
    </message>
    <message>
        <source>Models and recipes (*.gguf *.safetensors *.json);;All files (*)</source>
        <translation>Modelle und Rezepte (*.gguf *.safetensors *.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Open a project folder</source>
        <translation>Projektordner öffnen</translation>
    </message>
    <message>
        <source>Open by path</source>
        <translation>Über Pfad öffnen</translation>
    </message>
    <message>
        <source>Path as the engine sees it, also on another machine:</source>
        <translation>Pfad, wie ihn die Engine sieht, auch auf einer anderen Maschine:</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>Demomodell</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>Liste &amp;leeren</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>Bricht ab …</translation>
    </message>
    <message>
        <source>The run into “%1” was not finished.</source>
        <translation>Der Lauf nach „%1“ wurde nicht beendet.</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Start the engine</source>
        <translation>Engine starten</translation>
    </message>
    <message>
        <source>Show log</source>
        <translation>Protokoll zeigen</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>The engine runs.</source>
        <translation>Die Engine läuft.</translation>
    </message>
    <message>
        <source>The report is on the clipboard.</source>
        <translation>Der Bericht ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>○  Engine is not running</source>
        <translation>○  Engine läuft nicht</translation>
    </message>
    <message>
        <source>◌  Engine is starting …</source>
        <translation>◌  Engine startet …</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>●  Engine %1 · %2 · %3</source>
        <translation>●  Engine %1 · %2 · %3</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 Thread</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 Threads</translation>
    </message>
    <message>
        <source>✕  Engine has stopped</source>
        <translation>✕  Engine ist beendet</translation>
    </message>
    <message>
        <source>Bitloom</source>
        <translation>Bitloom</translation>
    </message>
    <message>
        <source>● %1</source>
        <translation>● %1</translation>
    </message>
    <message>
        <source>The studio speaks the other language when it is started again.</source>
        <translation>Das Studio spricht die andere Sprache, wenn es wieder gestartet wird.</translation>
    </message>
    <message>
        <source>The new engine settings are used when the running job has ended and the engine is started anew (F5).</source>
        <translation>Die neuen Einstellungen der Engine gelten, wenn der laufende Auftrag beendet ist und die Engine neu gestartet wird (F5).</translation>
    </message>
    <message>
        <source>Open the model “%1”</source>
        <translation>Modell „%1“ öffnen</translation>
    </message>
    <message>
        <source>Open the project “%1”</source>
        <translation>Projekt „%1“ öffnen</translation>
    </message>
    <message>
        <source>Use the recipe “%1”</source>
        <translation>Rezept „%1“ benutzen</translation>
    </message>
    <message>
        <source>Calibrate on “%1”</source>
        <translation>Mit „%1“ kalibrieren</translation>
    </message>
    <message>
        <source>Drop one file or folder of this machine.</source>
        <translation>Legen Sie eine Datei oder einen Ordner dieser Maschine ab.</translation>
    </message>
    <message>
        <source>&amp;Engine</source>
        <translation>&amp;Engine</translation>
    </message>
    <message>
        <source>&amp;Start anew</source>
        <translation>&amp;Neu starten</translation>
    </message>
    <message>
        <source>A job is running; cancel it before the engine is started anew</source>
        <translation>Ein Auftrag läuft; brechen Sie ihn ab, bevor die Engine neu gestartet wird</translation>
    </message>
    <message>
        <source>Show the &amp;log</source>
        <translation>&amp;Protokoll zeigen</translation>
    </message>
    <message>
        <source>&amp;Copy report</source>
        <translation>&amp;Bericht kopieren</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation>&amp;Tastenkürzel…</translation>
    </message>
    <message>
        <source>&amp;About Bitloom</source>
        <translation>Über B&amp;itloom</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open file…</source>
        <translation>Datei ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open model &amp;folder…</source>
        <translation>&amp;Modellordner öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>&amp;Projekt öffnen…</translation>
    </message>
    <message>
        <source>Open by p&amp;ath…</source>
        <translation>Über Pf&amp;ad öffnen…</translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation>&amp;Demomodell öffnen</translation>
    </message>
    <message>
        <source>&amp;Recent</source>
        <translation>&amp;Zuletzt benutzt</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Job</source>
        <translation>&amp;Auftrag</translation>
    </message>
    <message>
        <source>&amp;Quantize</source>
        <translation>&amp;Quantisieren</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>A&amp;bbrechen</translation>
    </message>
    <message>
        <source>&amp;Evaluate the result</source>
        <translation>Ergebnis aus&amp;werten</translation>
    </message>
    <message>
        <source>&amp;Verify in llama.cpp</source>
        <translation>In &amp;llama.cpp prüfen</translation>
    </message>
    <message>
        <source>Copy as co&amp;mmand</source>
        <translation>Als B&amp;efehl kopieren</translation>
    </message>
    <message>
        <source>&amp;Show the result in its folder</source>
        <translation>Ergebnis im &amp;Ordner zeigen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>&amp;Befehle…</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>&amp;Follow</source>
        <translation>&amp;Mitlaufen</translation>
    </message>
    <message>
        <source>The views follow the layer that is being solved. Picking a layer switches this off.</source>
        <translation>Die Ansichten folgen der Schicht, die gerade gelöst wird. Wer eine Schicht wählt, schaltet das aus.</translation>
    </message>
    <message>
        <source>P&amp;anels</source>
        <translation>&amp;Teilansichten</translation>
    </message>
    <message>
        <source>&amp;Workspaces</source>
        <translation>A&amp;rbeitsplätze</translation>
    </message>
    <message>
        <source>Pl&amp;ot</source>
        <translation>&amp;Diagramm</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>Farb&amp;schema</translation>
    </message>
    <message>
        <source>Like the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>Switch &amp;dark and light</source>
        <translation>Zwischen dunkel und hell &amp;wechseln</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>Click into a plot first, or go to it with the Tab key.</source>
        <translation>Klicken Sie zuerst in ein Diagramm oder gehen Sie mit der Tabulatortaste hin.</translation>
    </message>
    <message>
        <source>This workspace cannot be read; save it anew.</source>
        <translation>Dieser Arbeitsplatz ist nicht lesbar; speichern Sie ihn neu.</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>&amp;Save this arrangement as…</source>
        <translation>Diese Anordnung &amp;speichern als…</translation>
    </message>
    <message>
        <source>Save the workspace</source>
        <translation>Arbeitsplatz speichern</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Name:</translation>
    </message>
    <message>
        <source>The workspace “%1” is saved.</source>
        <translation>Der Arbeitsplatz „%1“ ist gespeichert.</translation>
    </message>
    <message>
        <source>S&amp;tandard arrangement</source>
        <translation>S&amp;tandardanordnung</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>Lektion</translation>
    </message>
    <message>
        <source>&amp;Lessons</source>
        <translation>&amp;Lektionen</translation>
    </message>
    <message>
        <source>&amp;Take the tour</source>
        <translation>&amp;Rundgang beginnen</translation>
    </message>
    <message>
        <source>Welcome to Bitloom</source>
        <translation>Willkommen bei Bitloom</translation>
    </message>
    <message>
        <source>It makes language models several times smaller and shows what is kept. This tour takes a minute; you can leave it with Escape.</source>
        <translation>Es macht Sprachmodelle um ein Vielfaches kleiner und zeigt, was erhalten bleibt. Dieser Rundgang dauert eine Minute; mit Escape verlassen Sie ihn.</translation>
    </message>
    <message>
        <source>Begin here</source>
        <translation>Hier geht es los</translation>
    </message>
    <message>
        <source>Drop a model folder or a GGUF file anywhere on the window, or open the demo model, which came with the program. Files stay where they are.</source>
        <translation>Legen Sie einen Modellordner oder eine GGUF-Datei irgendwo auf dem Fenster ab, oder öffnen Sie das mitgelieferte Demomodell. Dateien bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>The order of the work</source>
        <translation>Die Reihenfolge der Arbeit</translation>
    </message>
    <message>
        <source>Model, Quantize, Run, Result: the pages at the left follow the way from a model to a smaller one. Ctrl and a number take you there.</source>
        <translation>Modell, Quantisieren, Lauf, Ergebnis: Die Seiten links folgen dem Weg vom Modell zum kleineren. Strg und eine Ziffer bringen Sie hin.</translation>
    </message>
    <message>
        <source>What is inside</source>
        <translation>Was darin ist</translation>
    </message>
    <message>
        <source>Architecture, every tensor with its size, and a histogram of its weights.</source>
        <translation>Aufbau, jeder Tensor mit seiner Größe und ein Histogramm seiner Gewichte.</translation>
    </message>
    <message>
        <source>Plan before you run</source>
        <translation>Erst planen, dann starten</translation>
    </message>
    <message>
        <source>Choose method and bits. Size, time and memory are estimated at once; nothing is computed before you say so.</source>
        <translation>Wählen Sie Verfahren und Bits. Größe, Zeit und Speicher werden sofort geschätzt; gerechnet wird erst, wenn Sie es sagen.</translation>
    </message>
    <message>
        <source>Watch it happen</source>
        <translation>Zusehen, wie es geschieht</translation>
    </message>
    <message>
        <source>Layers, saliency, codebooks and objectives are drawn while the engine works. Views can be moved, stacked and torn off. Pause at any time.</source>
        <translation>Schichten, Salienz, Codebücher und Zielwerte werden gezeichnet, während die Engine arbeitet. Ansichten lassen sich verschieben, stapeln und abreißen. Anhalten geht jederzeit.</translation>
    </message>
    <message>
        <source>Judge the result</source>
        <translation>Das Ergebnis beurteilen</translation>
    </message>
    <message>
        <source>Original and quantized model beside each other: size, perplexity, KL divergence, every layer&apos;s error.</source>
        <translation>Original und quantisiertes Modell nebeneinander: Größe, Perplexität, KL-Divergenz, der Fehler jeder Schicht.</translation>
    </message>
    <message>
        <source>When you look for something</source>
        <translation>Wenn Sie etwas suchen</translation>
    </message>
    <message>
        <source>Ctrl+K finds every command by a few letters. The small question marks explain terms, and Help has lessons on the demo model.</source>
        <translation>Strg+K findet jeden Befehl mit ein paar Buchstaben. Die kleinen Fragezeichen erklären Begriffe, und die Hilfe hat Lektionen am Demomodell.</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>Erklären</translation>
    </message>
    <message>
        <source>Terms &amp;explained…</source>
        <translation>&amp;Begriffe erklärt…</translation>
    </message>
    <message>
        <source>This project was made by Bitloom %1, a newer version. It is shown as far as this version can read it, and cannot be changed.</source>
        <translation>Dieses Projekt wurde mit Bitloom %1 erstellt, einer neueren Version. Es wird gezeigt, soweit diese Version es lesen kann, und lässt sich nicht ändern.</translation>
    </message>
    <message>
        <source>The text could not be written.</source>
        <translation>Der Text konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>&amp;Write through the KV cache</source>
        <translation>Durch den &amp;KV-Cache schreiben</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>See what a cache keeps</source>
        <translation>Sehen, was ein Cache behält</translation>
    </message>
    <message>
        <source>Let the model write and watch which tokens its key-value cache keeps exactly, packs into few bits, or drops.</source>
        <translation>Lassen Sie das Modell schreiben und sehen Sie zu, welche Token sein Schlüssel-Wert-Cache genau behält, in wenige Bits packt oder verwirft.</translation>
    </message>
    <message>
        <source>Write through the cache of “%1”</source>
        <translation>Durch den Cache aus „%1“ schreiben</translation>
    </message>
    <message>
        <source>Write in the pla&amp;yground</source>
        <translation>Auf der Sp&amp;ielwiese schreiben</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>Spielwiese</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Q&amp;ueue</source>
        <translation>Warteschlan&amp;ge</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Add to &amp;queue</source>
        <translation>In die &amp;Warteschlange stellen</translation>
    </message>
    <message>
        <source>The types could not be measured.</source>
        <translation>Die Typen ließen sich nicht messen.</translation>
    </message>
    <message>
        <source>Start the queue</source>
        <translation>Warteschlange starten</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Warteschlange zeigen</translation>
    </message>
    <message>
        <source>“%1” waits in the queue as job %2.</source>
        <translation>„%1“ wartet als Auftrag %2 in der Warteschlange.</translation>
    </message>
    <message>
        <source>A job is running. This run can wait in the queue and start afterwards.</source>
        <translation>Ein Auftrag läuft. Dieser Lauf kann in der Warteschlange warten und danach beginnen.</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>In die Warteschlange</translation>
    </message>
    <message>
        <source>The queue was kept: %1 waiting, %2 interrupted.</source>
        <translation>Die Warteschlange ist noch da: %1 wartend, %2 unterbrochen.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Line up several</source>
        <translation>Mehrere einreihen</translation>
    </message>
    <message>
        <source>More outputs of a model wait in the queue and run one after another. They share one calibration, and the queue outlives the studio.</source>
        <translation>Weitere Ausgaben eines Modells warten in der Warteschlange und laufen nacheinander. Sie teilen sich eine Kalibrierung, und die Warteschlange überlebt das Studio.</translation>
    </message>
</context>
<context>
    <name>bitloom::MessageBar</name>
    <message>
        <source>Information</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Success</source>
        <translation>Erfolg</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Details of the message</source>
        <translation>Einzelheiten der Meldung</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Show details of the message</source>
        <translation>Einzelheiten der Meldung zeigen</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>bitloom::ModelPage</name>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Quantize…</source>
        <translation>Quantisieren…</translation>
    </message>
    <message>
        <source>No model is open</source>
        <translation>Kein Modell ist offen</translation>
    </message>
    <message>
        <source>Open a model to see its architecture, its tensors and their weights.</source>
        <translation>Öffnen Sie ein Modell, um seinen Aufbau, seine Tensoren und deren Gewichte zu sehen.</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>Modell öffnen…</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>Das Demomodell öffnen</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Aufbau</translation>
    </message>
    <message>
        <source>Select a tensor in the table to see its weights.</source>
        <translation>Wählen Sie in der Tabelle einen Tensor, um seine Gewichte zu sehen.</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation>%1 wird gelesen …</translation>
    </message>
    <message>
        <source>the demo model</source>
        <translation>das Demomodell</translation>
    </message>
    <message>
        <source>reading %1 …</source>
        <translation>%1 wird gelesen …</translation>
    </message>
</context>
<context>
    <name>bitloom::ModelSummaryPanel</name>
    <message>
        <source>No model is open. Drop one on the start page, or open the demo model.</source>
        <translation>Kein Modell ist offen. Legen Sie eines auf der Startseite ab oder öffnen Sie das Demomodell.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Aufbau</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation>%1, %2 Bits je Gewicht</translation>
    </message>
    <message>
        <source>Decoder blocks</source>
        <translation>Decoder-Blöcke</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>Verdeckte Größe</translation>
    </message>
    <message>
        <source>Channels between the blocks</source>
        <translation>Kanäle zwischen den Blöcken</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Aufmerksamkeit</translation>
    </message>
    <message>
        <source>%1 heads of %2, %3 for keys and values</source>
        <translation>%1 Köpfe zu %2, %3 für Schlüssel und Werte</translation>
    </message>
    <message>
        <source>Grouped-query attention: several heads share keys and values</source>
        <translation>Gruppierte Abfragen: Mehrere Köpfe teilen Schlüssel und Werte</translation>
    </message>
    <message>
        <source>Feed-forward size</source>
        <translation>Größe der Zwischenschicht</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Wortschatz</translation>
    </message>
    <message>
        <source>%1 tokens, %2</source>
        <translation>%1 Token, %2</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Einbettungen</translation>
    </message>
    <message>
        <source>input and output share one matrix</source>
        <translation>Eingabe und Ausgabe teilen eine Matrix</translation>
    </message>
    <message>
        <source>input and output have their own</source>
        <translation>Eingabe und Ausgabe haben eigene</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>Hergestellt mit</translation>
    </message>
    <message>
        <source>%1, %2 bits, %3 groups</source>
        <translation>%1, %2 Bits, %3 Gruppen</translation>
    </message>
    <message>
        <source>The recipe that this file carries</source>
        <translation>Das Rezept, das diese Datei in sich trägt</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>%1, of which %2 linear layers can be quantized</source>
        <translation>%1, davon lassen sich %2 lineare Schichten quantisieren</translation>
    </message>
</context>
<context>
    <name>bitloom::NavigationBar</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
</context>
<context>
    <name>bitloom::ObjectiveView</name>
    <message>
        <source>start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>after new codes</source>
        <translation>nach neuen Codes</translation>
    </message>
    <message>
        <source>after a new codebook</source>
        <translation>nach neuem Codebuch</translation>
    </message>
    <message>
        <source>Objective</source>
        <translation>Zielwert</translation>
    </message>
    <message>
        <source>half step of the solver</source>
        <translation>Halbschritt des Lösers</translation>
    </message>
    <message>
        <source>&amp;Relative to start</source>
        <translation>&amp;Bezogen auf den Beginn</translation>
    </message>
    <message>
        <source>Divides each layer&apos;s objective by its value at the start, so that layers of any size compare</source>
        <translation>Teilt den Zielwert jeder Schicht durch den am Beginn, sodass Schichten jeder Größe vergleichbar sind</translation>
    </message>
    <message>
        <source>&amp;Log scale</source>
        <translation>&amp;Logarithmisch</translation>
    </message>
    <message>
        <source>&amp;Only the selected layer</source>
        <translation>&amp;Nur die gewählte Schicht</translation>
    </message>
    <message>
        <source>No objective yet. It is drawn after every half step while layers are solved.</source>
        <translation>Noch kein Zielwert. Er wird nach jedem Halbschritt gezeichnet, während Schichten gelöst werden.</translation>
    </message>
    <message>
        <source>%1 other layers</source>
        <translation>%1 andere Schichten</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 Schichten</translation>
    </message>
    <message>
        <source>new codes</source>
        <translation>neue Codes</translation>
    </message>
    <message>
        <source>new codebook</source>
        <translation>neues Codebuch</translation>
    </message>
    <message>
        <source>objective ÷ its start</source>
        <translation>Zielwert ÷ Beginn</translation>
    </message>
    <message>
        <source>objective, mean over rows</source>
        <translation>Zielwert, Mittel über Zeilen</translation>
    </message>
    <message>
        <source>relative error on held-out text</source>
        <translation>relativer Fehler auf zurückgehaltenem Text</translation>
    </message>
    <message>
        <source>%1, half step %2 (%3): objective %4</source>
        <translation>%1, Halbschritt %2 (%3): Zielwert %4</translation>
    </message>
    <message>
        <source> = %1 of the start</source>
        <translation> = %1 des Beginns</translation>
    </message>
    <message>
        <source>, held-out %1</source>
        <translation>, zurückgehalten %1</translation>
    </message>
    <message>
        <source>Page Up and Page Down select a layer, the arrow keys read its values.</source>
        <translation>Bild auf und Bild ab wählen eine Schicht, die Pfeiltasten lesen ihre Werte.</translation>
    </message>
    <message>
        <source>Objective of %1</source>
        <translation>Zielwert von %1</translation>
    </message>
</context>
<context>
    <name>bitloom::ParameterForm</name>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>höchstens %1</translation>
    </message>
    <message>
        <source>Choose a method to see its parameters.</source>
        <translation>Wählen Sie ein Verfahren, um seine Parameter zu sehen.</translation>
    </message>
    <message>
        <source>%1 has no parameters to set.</source>
        <translation>%1 hat keine Parameter.</translation>
    </message>
    <message>
        <source>Range: %1%2.</source>
        <translation>Bereich: %1%2.</translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation>Vorgabe: %1.</translation>
    </message>
    <message>
        <source>With “auto” the program chooses by measuring.</source>
        <translation>Mit „auto“ wählt das Programm durch Messen.</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>auto</translation>
    </message>
    <message>
        <source>%1: choose automatically</source>
        <translation>%1: automatisch wählen</translation>
    </message>
    <message>
        <source>Let the program choose by measuring</source>
        <translation>Das Programm durch Messen wählen lassen</translation>
    </message>
    <message>
        <source>About %1</source>
        <translation>Über %1</translation>
    </message>
    <message>
        <source>A number is needed here%1.</source>
        <translation>Hier wird eine Zahl gebraucht%1.</translation>
    </message>
    <message>
        <source>“%1” is not a number.</source>
        <translation>„%1“ ist keine Zahl.</translation>
    </message>
    <message>
        <source>%1 is out of range: allowed is %2.</source>
        <translation>%1 ist außerhalb des Bereichs: erlaubt ist %2.</translation>
    </message>
    <message>
        <source>%1: %2 is not a whole number.</source>
        <translation>%1: %2 ist keine ganze Zahl.</translation>
    </message>
    <message>
        <source>%1: %2 is out of range, allowed is %3.</source>
        <translation>%1: %2 ist außerhalb des Bereichs, erlaubt ist %3.</translation>
    </message>
    <message>
        <source>%1: %2 is not a number.</source>
        <translation>%1: %2 ist keine Zahl.</translation>
    </message>
    <message>
        <source>%1: %2 is neither true nor false.</source>
        <translation>%1: %2 ist weder wahr noch falsch.</translation>
    </message>
    <message>
        <source>%1: %2 is not one of its choices.</source>
        <translation>%1: %2 steht nicht zur Wahl.</translation>
    </message>
    <message>
        <source>chosen by measuring</source>
        <translation>durch Messen gewählt</translation>
    </message>
    <message>
        <source>The parameters are not a JSON object.</source>
        <translation>Die Parameter sind kein JSON-Objekt.</translation>
    </message>
    <message>
        <source>%1: %2 has no parameter of this name.</source>
        <translation>%1: %2 hat keinen Parameter dieses Namens.</translation>
    </message>
</context>
<context>
    <name>bitloom::ParetoPlot</name>
    <message>
        <source>Size against predicted loss</source>
        <translation>Größe gegen vorhergesagten Verlust</translation>
    </message>
    <message>
        <source>No error curves are measured yet. When the model has been calibrated for GGUF types, every size and what it is expected to cost are shown here.</source>
        <translation>Noch sind keine Fehlerkurven gemessen. Wenn das Modell für GGUF-Typen kalibriert ist, stehen hier alle Größen und was sie voraussichtlich kosten.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic loss</source>
        <translation>&amp;Logarithmischer Verlust</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>predicted rise of the loss, nats per token</source>
        <translation>vorhergesagter Anstieg des Verlusts, Nats je Token</translation>
    </message>
    <message>
        <source>best types of each size</source>
        <translation>beste Typen jeder Größe</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s mixes</source>
        <translation>Mischungen von llama.cpp</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>gewählt</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
    <message>
        <source> (chosen)</source>
        <translation> (gewählt)</translation>
    </message>
    <message>
        <source>predicted rise of the loss %1</source>
        <translation>vorhergesagter Anstieg des Verlusts %1</translation>
    </message>
    <message>
        <source>size of the file, MiB</source>
        <translation>Größe der Datei, MiB</translation>
    </message>
    <message>
        <source>, on the front</source>
        <translation>, auf der Front</translation>
    </message>
</context>
<context>
    <name>bitloom::PlanTable</name>
    <message>
        <source>Type of the tensor</source>
        <translation>Typ des Tensors</translation>
    </message>
    <message>
        <source>&amp;Set</source>
        <translation>&amp;Setzen</translation>
    </message>
    <message>
        <source>As the mi&amp;x decides</source>
        <translation>Wie die Misc&amp;hung bestimmt</translation>
    </message>
    <message>
        <source>Tensors of the file that will be written</source>
        <translation>Tensoren der Datei, die geschrieben wird</translation>
    </message>
    <message>
        <source>Type for the selected tensors</source>
        <translation>Typ für die gewählten Tensoren</translation>
    </message>
    <message>
        <source>Forget what was chosen by hand for the selected tensors (Delete)</source>
        <translation>Vergessen, was für die gewählten Tensoren von Hand bestimmt wurde (Entf)</translation>
    </message>
    <message>
        <source>Se&amp;lected tensors:</source>
        <translation>Gewähl&amp;te Tensoren:</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>types as the mix decides</source>
        <translation>Typen, wie die Mischung bestimmt</translation>
    </message>
    <message>
        <source>type %1</source>
        <translation>Typ %1</translation>
    </message>
    <message>
        <source>Reset a&amp;ll</source>
        <translation>A&amp;lle zurücksetzen</translation>
    </message>
    <message>
        <source>Reset all types</source>
        <translation>Alle Typen zurücksetzen</translation>
    </message>
    <message>
        <source>Forget all types that were chosen by hand</source>
        <translation>Alle von Hand gewählten Typen vergessen</translation>
    </message>
    <message>
        <source>reset of all types</source>
        <translation>Zurücksetzen aller Typen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
</context>
<context>
    <name>bitloom::PlaygroundPage</name>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Explain in a few sentences why the sky is blue.</source>
        <translation>Erkläre in ein paar Sätzen, warum der Himmel blau ist.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>What the texts start with, or what is asked.</source>
        <translation>Womit die Texte anfangen oder was gefragt wird.</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>&amp;Vorgabe</translation>
    </message>
    <message>
        <source>As a &amp;question to the models</source>
        <translation>Als &amp;Frage an die Modelle</translation>
    </message>
    <message>
        <source>Puts the prompt into each model&apos;s own chat template. Without it, the models go on with the text.</source>
        <translation>Setzt die Vorgabe in die Chat-Vorlage jedes Modells. Ohne sie schreiben die Modelle den Text fort.</translation>
    </message>
    <message>
        <source>&amp;Tokens</source>
        <translation>&amp;Token</translation>
    </message>
    <message>
        <source>So many are written at most.</source>
        <translation>So viele werden höchstens geschrieben.</translation>
    </message>
    <message>
        <source>Te&amp;mperature</source>
        <translation>Te&amp;mperatur</translation>
    </message>
    <message>
        <source>0 takes the most probable token each time; 1 draws as the model predicts.</source>
        <translation>0 nimmt jedes Mal das wahrscheinlichste Token; 1 zieht so, wie das Modell es vorhersagt.</translation>
    </message>
    <message>
        <source>T&amp;op-p</source>
        <translation>T&amp;op-p</translation>
    </message>
    <message>
        <source>Draws only from the most probable tokens that together have this probability. Counts above temperature 0.</source>
        <translation>Zieht nur aus den wahrscheinlichsten Token, die zusammen diese Wahrscheinlichkeit haben. Gilt über Temperatur 0.</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>S&amp;tartwert</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same text.</source>
        <translation>Gleicher Startwert, gleiche Eingabe und gleiches Gerät ergeben denselben Text.</translation>
    </message>
    <message>
        <source>T&amp;hird text</source>
        <translation>&amp;Dritter Text</translation>
    </message>
    <message>
        <source>Another model or cache beside the first two.</source>
        <translation>Ein weiteres Modell oder ein weiterer Cache neben den ersten beiden.</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>Das Demomodell öffnen</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Write another, with the next seed</source>
        <translation>Noch einen, mit dem nächsten Startwert</translation>
    </message>
    <message>
        <source>Back to the first difference</source>
        <translation>Zurück zum ersten Unterschied</translation>
    </message>
    <message>
        <source>Where the texts part</source>
        <translation>Wo sich die Texte trennen</translation>
    </message>
    <message>
        <source>Open model: %1</source>
        <translation>Offenes Modell: %1</translation>
    </message>
    <message>
        <source>Write a prompt first.</source>
        <translation>Schreiben Sie zuerst eine Vorgabe.</translation>
    </message>
    <message>
        <source>Open a model first; the demo model will do.</source>
        <translation>Öffnen Sie zuerst ein Modell; das Demomodell genügt.</translation>
    </message>
    <message>
        <source>At temperature 0 every seed gives the same text.</source>
        <translation>Bei Temperatur 0 ergibt jeder Startwert denselben Text.</translation>
    </message>
    <message>
        <source>⚠ These models need about %1 more, but only %2 of memory are free. The engine may be ended by the system.</source>
        <translation>⚠ Diese Modelle brauchen noch etwa %1, aber nur %2 Speicher sind frei. Das System könnte die Engine beenden.</translation>
    </message>
    <message>
        <source>The models take about %1 of memory.</source>
        <translation>Die Modelle brauchen etwa %1 Speicher.</translation>
    </message>
    <message>
        <source>%1 and %2 read different prompts: their chat templates or vocabularies differ, so their tokens cannot be compared.</source>
        <translation>%1 und %2 lesen verschiedene Vorgaben: Ihre Chat-Vorlagen oder Wortschätze unterscheiden sich, daher sind ihre Token nicht vergleichbar.</translation>
    </message>
    <message>
        <source>%1 has written the same %2 tokens as %3.</source>
        <translation>%1 hat dieselben %2 Token geschrieben wie %3.</translation>
    </message>
    <message>
        <source>ends the text (%1 %)</source>
        <translation>beendet den Text (%1 %)</translation>
    </message>
    <message>
        <source>writes “%1” (%2 %)</source>
        <translation>schreibt „%1“ (%2 %)</translation>
    </message>
    <message>
        <source>%1 differs from %2 first at token %3: %2 %4, %1 %5.</source>
        <translation>%1 weicht von %2 zuerst bei Token %3 ab: %2 %4, %1 %5.</translation>
    </message>
    <message>
        <source>token %1</source>
        <translation>Token %1</translation>
    </message>
</context>
<context>
    <name>bitloom::PlaygroundPane</name>
    <message>
        <source>Copy the text of %1</source>
        <translation>Text von %1 kopieren</translation>
    </message>
    <message>
        <source>Copy what was written</source>
        <translation>Kopieren, was geschrieben wurde</translation>
    </message>
    <message>
        <source>Model of %1</source>
        <translation>Modell von %1</translation>
    </message>
    <message>
        <source>The model that writes here: the one that is open, what a run of late made, or any other.</source>
        <translation>Das Modell, das hier schreibt: das offene, was ein Lauf in letzter Zeit gemacht hat, oder ein anderes.</translation>
    </message>
    <message>
        <source>KV cache of %1</source>
        <translation>KV-Cache von %1</translation>
    </message>
    <message>
        <source>How keys and values are kept while the text is written.</source>
        <translation>Wie Schlüssel und Werte aufbewahrt werden, während der Text geschrieben wird.</translation>
    </message>
    <message>
        <source>Parameters of the KV cache of %1</source>
        <translation>Parameter des KV-Caches von %1</translation>
    </message>
    <message>
        <source>Show the cache&apos;s parameters</source>
        <translation>Parameter des Caches zeigen</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>Text von %1</translation>
    </message>
    <message>
        <source>What the model writes appears here, the prompt in italics.</source>
        <translation>Was das Modell schreibt, erscheint hier, die Vorgabe kursiv.</translation>
    </message>
    <message>
        <source>Another file…</source>
        <translation>Andere Datei…</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Anderer Ordner…</translation>
    </message>
    <message>
        <source>Model to write with</source>
        <translation>Modell, mit dem geschrieben wird</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors);;All files (*)</source>
        <translation>Modelle (*.gguf *.safetensors);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Folder of the model to write with</source>
        <translation>Ordner des Modells, mit dem geschrieben wird</translation>
    </message>
    <message>
        <source>Choose a model for %1.</source>
        <translation>Wählen Sie ein Modell für %1.</translation>
    </message>
    <message>
        <source>This engine has no key-value caches; an engine of this studio&apos;s version has.</source>
        <translation>Diese Engine hat keine Schlüssel-Wert-Caches; eine Engine mit der Version dieses Studios hat sie.</translation>
    </message>
    <message>
        <source>The prompt of %1 tokens is read …</source>
        <translation>Die Vorgabe mit %1 Token wird gelesen …</translation>
    </message>
    <message>
        <source>, %1 tokens/s</source>
        <translation>, %1 Token/s</translation>
    </message>
    <message>
        <source>, cache %1</source>
        <translation>, Cache %1</translation>
    </message>
    <message>
        <source>The model is read …</source>
        <translation>Das Modell wird gelesen …</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>The text ends early: %1.</source>
        <translation>Der Text endet früher: %1.</translation>
    </message>
    <message>
        <source>Stopped after %1 tokens.</source>
        <translation>Nach %1 Token angehalten.</translation>
    </message>
</context>
<context>
    <name>bitloom::PlotActions</name>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG-Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>PDF document (*.pdf)</source>
        <translation>PDF-Dokument (*.pdf)</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV-Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>Copy &amp;image</source>
        <translation>B&amp;ild kopieren</translation>
    </message>
    <message>
        <source>&amp;Copy data</source>
        <translation>&amp;Daten kopieren</translation>
    </message>
    <message>
        <source>Save as &amp;PNG…</source>
        <translation>Als &amp;PNG speichern…</translation>
    </message>
    <message>
        <source>Save as &amp;SVG…</source>
        <translation>Als &amp;SVG speichern…</translation>
    </message>
    <message>
        <source>Save as PD&amp;F…</source>
        <translation>Als PD&amp;F speichern…</translation>
    </message>
    <message>
        <source>Save data as CS&amp;V…</source>
        <translation>Daten als CS&amp;V speichern…</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>%1 speichern</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>bitloom::PlotView</name>
    <message>
        <source>Use the arrow keys to read values.</source>
        <translation>Mit den Pfeiltasten lesen Sie Werte ab.</translation>
    </message>
</context>
<context>
    <name>bitloom::QuantizeJob</name>
    <message>
        <source>Cancelled. Finished layers are kept; resume continues after them.</source>
        <translation>Abgebrochen. Fertige Schichten bleiben erhalten; Fortsetzen macht danach weiter.</translation>
    </message>
    <message>
        <source>Pausing: what is being computed right now is finished first.</source>
        <translation>Hält an: Was gerade gerechnet wird, wird zuerst fertig.</translation>
    </message>
    <message>
        <source>Paused. It holds its memory; resume goes on from here.</source>
        <translation>Angehalten. Der Speicher bleibt belegt; Fortsetzen macht hier weiter.</translation>
    </message>
    <message>
        <source>Cancelling: finished layers are kept.</source>
        <translation>Bricht ab: Fertige Schichten bleiben erhalten.</translation>
    </message>
    <message>
        <source>Pausing: finishes layer %1 of %2 first.</source>
        <translation>Hält an: Schicht %1 von %2 wird zuerst fertig.</translation>
    </message>
    <message>
        <source>Pausing: finishes layers %1 to %2 of %3 first.</source>
        <translation>Hält an: Die Schichten %1 bis %2 von %3 werden zuerst fertig.</translation>
    </message>
</context>
<context>
    <name>bitloom::QuantizePage</name>
    <message>
        <source>safetensors – loads anywhere, weights expanded</source>
        <translation>safetensors – überall ladbar, Gewichte ausgeschrieben</translation>
    </message>
    <message>
        <source>Any-Precision – codes and lookup tables</source>
        <translation>Any-Precision – Codes und Wertetabellen</translation>
    </message>
    <message>
        <source>GPTQ – transformers and vLLM</source>
        <translation>GPTQ – transformers und vLLM</translation>
    </message>
    <message>
        <source>GGUF – llama.cpp</source>
        <translation>GGUF – llama.cpp</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>How weights are rounded. The list comes from the engine&apos;s plugins.</source>
        <translation>Wie Gewichte gerundet werden. Die Liste kommt von den Plugins der Engine.</translation>
    </message>
    <message>
        <source>Bits that each weight&apos;s code takes. 4 is nearly lossless, 3 is small, 2 is hard.</source>
        <translation>Bits für den Code jedes Gewichts. 4 ist fast verlustfrei, 3 ist klein, 2 ist schwierig.</translation>
    </message>
    <message>
        <source>Output channels are put into this many groups; each has its own guided Hessian. More follow the loss better and take more memory.</source>
        <translation>Ausgabekanäle werden in so viele Gruppen geteilt; jede hat eine eigene geführte Hesse-Matrix. Mehr folgen dem Verlust besser und brauchen mehr Speicher.</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>&amp;Verfahren</translation>
    </message>
    <message>
        <source>&amp;Bits</source>
        <translation>&amp;Bits</translation>
    </message>
    <message>
        <source>&amp;Groups</source>
        <translation>&amp;Gruppen</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>This method rounds without looking at any text.</source>
        <translation>Dieses Verfahren rundet, ohne Text anzusehen.</translation>
    </message>
    <message>
        <source>The model &amp;writes its own text</source>
        <translation>Das Modell &amp;schreibt seinen Text selbst</translation>
    </message>
    <message>
        <source>Sampled with the seed below, so that no data set is needed.</source>
        <translation>Mit dem Startwert unten ausgewürfelt; ein Datensatz ist nicht nötig.</translation>
    </message>
    <message>
        <source>Te&amp;xt files</source>
        <translation>Te&amp;xtdateien</translation>
    </message>
    <message>
        <source>UTF-8 text in the languages and of the kind that the model will be used for.</source>
        <translation>UTF-8-Text in den Sprachen und von der Art, für die das Modell benutzt wird.</translation>
    </message>
    <message>
        <source>Calibration text files</source>
        <translation>Dateien mit Kalibriertext</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Hinzufügen…</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>Entfer&amp;nen</translation>
    </message>
    <message>
        <source>More text gives steadier Hessians and takes longer, in proportion.</source>
        <translation>Mehr Text gibt ruhigere Hesse-Matrizen und dauert im gleichen Verhältnis länger.</translation>
    </message>
    <message>
        <source>Number of sequences</source>
        <translation>Anzahl der Sequenzen</translation>
    </message>
    <message>
        <source>Tokens in each sequence.</source>
        <translation>Token in jeder Sequenz.</translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation>Länge der Sequenzen</translation>
    </message>
    <message>
        <source>Se&amp;quences</source>
        <translation>Se&amp;quenzen</translation>
    </message>
    <message>
        <source>of</source>
        <translation>zu je</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>What the result is written as; only formats that can hold the method&apos;s result are listed.</source>
        <translation>Wie das Ergebnis geschrieben wird; nur Formate, die es aufnehmen können, stehen zur Wahl.</translation>
    </message>
    <message>
        <source>The ggml type that the weights are stored as. F16 keeps the quantized values as they are.</source>
        <translation>Der ggml-Typ, in dem die Gewichte gespeichert werden. F16 behält die quantisierten Werte, wie sie sind.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source> bits per weight</source>
        <translation> Bits je Gewicht</translation>
    </message>
    <message>
        <source>Where the result is written</source>
        <translation>Wohin das Ergebnis geschrieben wird</translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>Beside the output</source>
        <translation>Neben der Ausgabe</translation>
    </message>
    <message>
        <source>Finished layers and calibration results are kept here, so that the run can be resumed and calibration used again.</source>
        <translation>Hier bleiben fertige Schichten und Kalibrierung, sodass der Lauf fortgesetzt und die Kalibrierung wieder benutzt werden kann.</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>GGUF t&amp;ype</source>
        <translation>GGUF-T&amp;yp</translation>
    </message>
    <message>
        <source>Size &amp;limit</source>
        <translation>Größengren&amp;ze</translation>
    </message>
    <message>
        <source>&amp;Output</source>
        <translation>&amp;Ausgabe</translation>
    </message>
    <message>
        <source>Output path</source>
        <translation>Pfad der Ausgabe</translation>
    </message>
    <message>
        <source>&amp;Project</source>
        <translation>&amp;Projekt</translation>
    </message>
    <message>
        <source>Computation</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Where calibration and solving run.</source>
        <translation>Wo Kalibrierung und Lösen laufen.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Precision of the model&apos;s forward and backward pass; sums are always 32-bit.</source>
        <translation>Genauigkeit des Vorwärts- und Rückwärtsgangs; Summen haben immer 32 Bits.</translation>
    </message>
    <message>
        <source>32-bit (f32)</source>
        <translation>32 Bits (f32)</translation>
    </message>
    <message>
        <source>16-bit (bf16)</source>
        <translation>16 Bits (bf16)</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same bytes.</source>
        <translation>Gleicher Startwert, gleiche Eingabe und gleiches Gerät ergeben dieselben Bytes.</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>Ge&amp;rät</translation>
    </message>
    <message>
        <source>Pre&amp;cision</source>
        <translation>&amp;Genauigkeit</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>S&amp;tartwert</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>Size of the result</source>
        <translation>Größe des Ergebnisses</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Disk space</source>
        <translation>Plattenplatz</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>Als Befehl kopieren</translation>
    </message>
    <message>
        <source>The bitloom-cli command line that does the same.</source>
        <translation>Die Befehlszeile von bitloom-cli, die dasselbe tut.</translation>
    </message>
    <message>
        <source>Save recipe…</source>
        <translation>Rezept speichern…</translation>
    </message>
    <message>
        <source>F16 – values as they are</source>
        <translation>F16 – Werte, wie sie sind</translation>
    </message>
    <message>
        <source> parameters</source>
        <translation> Parameter</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist offen.</translation>
    </message>
    <message>
        <source>Open a model to see what a run will take.</source>
        <translation>Öffnen Sie ein Modell, um zu sehen, was ein Lauf braucht.</translation>
    </message>
    <message>
        <source>The engine has no method “%1”; “%2” is used instead.</source>
        <translation>Die Engine hat kein Verfahren „%1“; stattdessen wird „%2“ benutzt.</translation>
    </message>
    <message>
        <source>%1 bits are outside of what the method can do (%2 to %3).</source>
        <translation>%1 Bits liegen außerhalb dessen, was das Verfahren kann (%2 bis %3).</translation>
    </message>
    <message>
        <source>The format “%1” cannot hold this method&apos;s result; “%2” is used instead.</source>
        <translation>Das Format „%1“ kann das Ergebnis dieses Verfahrens nicht aufnehmen; stattdessen wird „%2“ benutzt.</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Öffnen Sie zuerst ein Modell.</translation>
    </message>
    <message>
        <source>The engine has not told its methods yet.</source>
        <translation>Die Engine hat ihre Verfahren noch nicht genannt.</translation>
    </message>
    <message>
        <source>Add a calibration text, or let the model write its own.</source>
        <translation>Fügen Sie Kalibriertext hinzu oder lassen Sie das Modell seinen eigenen schreiben.</translation>
    </message>
    <message>
        <source>Give a seed, any whole number.</source>
        <translation>Geben Sie einen Startwert an, irgendeine ganze Zahl.</translation>
    </message>
    <message>
        <source>Choose where the result is written.</source>
        <translation>Wählen Sie, wohin das Ergebnis geschrieben wird.</translation>
    </message>
    <message>
        <source>“%1” exists already; choose another output.</source>
        <translation>„%1“ gibt es schon; wählen Sie eine andere Ausgabe.</translation>
    </message>
    <message>
        <source>The output must not be the model itself.</source>
        <translation>Die Ausgabe darf nicht das Modell selbst sein.</translation>
    </message>
    <message>
        <source>%1  (%2 % of the original)</source>
        <translation>%1  (%2 % des Originals)</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation>Text (*.txt *.md *.text);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Write the GGUF file as</source>
        <translation>GGUF-Datei schreiben als</translation>
    </message>
    <message>
        <source>Write the model folder as</source>
        <translation>Modellordner schreiben als</translation>
    </message>
    <message>
        <source>GGUF (*.gguf)</source>
        <translation>GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>Rezept speichern</translation>
    </message>
    <message>
        <source>Recipe (*.json)</source>
        <translation>Rezept (*.json)</translation>
    </message>
    <message>
        <source>The recipe could not be written: %1.</source>
        <translation>Das Rezept konnte nicht geschrieben werden: %1.</translation>
    </message>
    <message>
        <source>Views of the plan</source>
        <translation>Ansichten des Plans</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>Größen</translation>
    </message>
    <message>
        <source>Upper limit of the average over the whole model. In a GGUF file the types of single tensors are chosen under it.</source>
        <translation>Obere Grenze des Mittels über das ganze Modell. In einer GGUF-Datei werden die Typen der einzelnen Tensoren darunter gewählt.</translation>
    </message>
    <message>
        <source>Automatic – the best types for the size limit</source>
        <translation>Automatisch – die besten Typen für die Größengrenze</translation>
    </message>
    <message>
        <source>Passes over the calibration text in which all codebooks, or the scales of ggml&apos;s blocks, are tuned together towards the original&apos;s predictions. Each takes about as long as calibration.</source>
        <translation>Durchgänge durch den Kalibrierungstext, in denen alle Codebücher, oder die Skalen von ggmls Blöcken, gemeinsam auf die Vorhersagen des Originals abgestimmt werden. Jeder dauert etwa so lange wie die Kalibrierung.</translation>
    </message>
    <message>
        <source>Tuning epochs</source>
        <translation>Abstimmungsdurchgänge</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>size of %1 bits per weight</source>
        <translation>Größe von %1 Bit je Gewicht</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>In die Warteschlange</translation>
    </message>
    <message>
        <source>Runs it after the jobs that stand there; those of one model and one calibration text share the calibration.</source>
        <translation>Führt ihn nach den Aufträgen aus, die dort stehen; die eines Modells und eines Kalibriertextes teilen sich die Kalibrierung.</translation>
    </message>
    <message>
        <source>A job is running. Add this one to the queue, and it starts afterwards.</source>
        <translation>Ein Auftrag läuft. Stellen Sie diesen in die Warteschlange, dann beginnt er danach.</translation>
    </message>
    <message>
        <source>A job of the queue writes “%1”; choose another output.</source>
        <translation>Ein Auftrag der Warteschlange schreibt „%1“; wählen Sie eine andere Ausgabe.</translation>
    </message>
</context>
<context>
    <name>bitloom::QueueModel</name>
    <message>
        <source>nothing to tell</source>
        <translation>nichts zu sagen</translation>
    </message>
    <message>
        <source>Of the layers once they are solved, before that of the step that is under way</source>
        <translation>Der Schichten, sobald sie gelöst werden, davor des laufenden Schritts</translation>
    </message>
    <message>
        <source>At the pace of the layers that this run finished of late</source>
        <translation>Im Tempo der Schichten, die dieser Lauf zuletzt beendet hat</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>%1 of %2 layers</source>
        <translation>%1/%2 Schichten</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>beginnt</translation>
    </message>
    <message>
        <source>measuring …</source>
        <translation>misst …</translation>
    </message>
    <message>
        <source>%1 in this step</source>
        <translation>%1 in diesem Schritt</translation>
    </message>
    <message>
        <source>Needs no calibration.</source>
        <translation>Braucht keine Kalibrierung.</translation>
    </message>
    <message>
        <source>Calibrates; jobs that take it over: %1.</source>
        <translation>Kalibriert; Aufträge, die es übernehmen: %1.</translation>
    </message>
    <message>
        <source>Calibrates.</source>
        <translation>Kalibriert.</translation>
    </message>
    <message>
        <source>Takes the calibration of “%1”.</source>
        <translation>Übernimmt die Kalibrierung von „%1“.</translation>
    </message>
    <message>
        <source>Adds to the calibration of “%1”.</source>
        <translation>Ergänzt die Kalibrierung von „%1“.</translation>
    </message>
</context>
<context>
    <name>bitloom::QueuePage</name>
    <message>
        <source>&amp;Start the queue</source>
        <translation>Warteschlange &amp;starten</translation>
    </message>
    <message>
        <source>Runs the jobs that wait, one after another</source>
        <translation>Führt die wartenden Aufträge nacheinander aus</translation>
    </message>
    <message>
        <source>Stop &amp;after this job</source>
        <translation>Nach diesem &amp;Auftrag aufhören</translation>
    </message>
    <message>
        <source>Lets the running job end and starts no other</source>
        <translation>Lässt den laufenden Auftrag enden und beginnt keinen weiteren</translation>
    </message>
    <message>
        <source>&amp;Pause job</source>
        <translation>Auftrag an&amp;halten</translation>
    </message>
    <message>
        <source>Finishes the layers that it is at, then holds the job</source>
        <translation>Macht die begonnenen Schichten fertig und hält den Auftrag dann an</translation>
    </message>
    <message>
        <source>&amp;Resume job</source>
        <translation>Auftrag &amp;fortsetzen</translation>
    </message>
    <message>
        <source>Goes on after the job&apos;s finished layers, at once or when it is its turn</source>
        <translation>Macht nach den fertigen Schichten des Auftrags weiter, sofort oder wenn er an der Reihe ist</translation>
    </message>
    <message>
        <source>S&amp;top job</source>
        <translation>Auftrag a&amp;bbrechen</translation>
    </message>
    <message>
        <source>Ends the job; its finished layers are kept and the next job starts</source>
        <translation>Beendet den Auftrag; seine fertigen Schichten bleiben, und der nächste beginnt</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Runs the job earlier</source>
        <translation>Führt den Auftrag früher aus</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>Runs the job later</source>
        <translation>Führt den Auftrag später aus</translation>
    </message>
    <message>
        <source>R&amp;emove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Takes the job off the list; its files stay</source>
        <translation>Nimmt den Auftrag von der Liste; seine Dateien bleiben</translation>
    </message>
    <message>
        <source>&amp;Clear finished</source>
        <translation>Fertige entfe&amp;rnen</translation>
    </message>
    <message>
        <source>Takes all finished jobs off the list; their files stay</source>
        <translation>Nimmt alle fertigen Aufträge von der Liste; ihre Dateien bleiben</translation>
    </message>
    <message>
        <source>Show &amp;log</source>
        <translation>&amp;Protokoll zeigen</translation>
    </message>
    <message>
        <source>The newest lines that the engine wrote for this job</source>
        <translation>Die neuesten Zeilen, die die Engine zu diesem Auftrag schrieb</translation>
    </message>
    <message>
        <source>Copy rep&amp;ort</source>
        <translation>Ber&amp;icht kopieren</translation>
    </message>
    <message>
        <source>Why it failed, with versions and settings, for a bug tracker</source>
        <translation>Warum er scheiterte, mit Versionen und Einstellungen, für eine Fehlermeldung</translation>
    </message>
    <message>
        <source>S&amp;how the result</source>
        <translation>Er&amp;gebnis zeigen</translation>
    </message>
    <message>
        <source>Opens the finished job on the Result page</source>
        <translation>Öffnet den fertigen Auftrag auf der Seite „Ergebnis“</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>“Add to queue” on the Quantize page puts runs here. They run one after another, and those of one model share its calibration.</source>
        <translation>„In die Warteschlange“ auf der Seite „Quantisieren“ stellt Läufe hierher. Sie laufen nacheinander, und die eines Modells teilen sich dessen Kalibrierung.</translation>
    </message>
    <message>
        <source>Nothing waits in the queue</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Jobs of the queue</source>
        <translation>Aufträge der Warteschlange</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>%1 wartend</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 gescheitert</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>%1 fertig</translation>
    </message>
    <message>
        <source>time left: %1</source>
        <translation>Restzeit: %1</translation>
    </message>
</context>
<context>
    <name>bitloom::RecentRuns</name>
    <message>
        <source>%1 (%2, %3 bits)</source>
        <translation>%1 (%2, %3 Bits)</translation>
    </message>
</context>
<context>
    <name>bitloom::ResourceMonitor</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Studio</source>
        <translation>Studio</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>GPU-Speicher</translation>
    </message>
    <message>
        <source>GPU in use</source>
        <translation>GPU-Auslastung</translation>
    </message>
    <message>
        <source>This machine has %1 of memory, %2 of it free.</source>
        <translation>Diese Maschine hat %1 Speicher, davon sind %2 frei.</translation>
    </message>
    <message>
        <source>Memory and GPU</source>
        <translation>Speicher und GPU</translation>
    </message>
</context>
<context>
    <name>bitloom::ResultPage</name>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>No result yet</source>
        <translation>Noch kein Ergebnis</translation>
    </message>
    <message>
        <source>When a run has finished, original and quantized model are compared here.</source>
        <translation>Wenn ein Lauf fertig ist, werden hier Original und quantisiertes Modell verglichen.</translation>
    </message>
    <message>
        <source>Original and quantized</source>
        <translation>Original und quantisiert</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>Als Befehl kopieren</translation>
    </message>
    <message>
        <source>Quantize again with other settings</source>
        <translation>Mit anderen Einstellungen noch einmal</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Runs both models over a text and compares what they expect at every token.</source>
        <translation>Lässt beide Modelle einen Text lesen und vergleicht bei jedem Token, was sie erwarten.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Token</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Length of a window; the second half of each is counted, as llama.cpp does.</source>
        <translation>Länge eines Fensters; die zweite Hälfte jedes Fensters zählt, wie in llama.cpp.</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source> windows</source>
        <translation> Fenster</translation>
    </message>
    <message>
        <source>Number of windows</source>
        <translation>Anzahl der Fenster</translation>
    </message>
    <message>
        <source>Verify in llama.cpp</source>
        <translation>In llama.cpp prüfen</translation>
    </message>
    <message>
        <source>Progress of the evaluation</source>
        <translation>Fortschritt der Auswertung</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source> – about %1 left</source>
        <translation> – noch etwa %1</translation>
    </message>
    <message>
        <source>Only for results written as GGUF; choose that format for the next run.</source>
        <translation>Nur für Ergebnisse als GGUF; wählen Sie dieses Format für den nächsten Lauf.</translation>
    </message>
    <message>
        <source>%1 layers, %2 bits per weight, in %3
calibration %4, solving %5, writing %6
peak memory %7</source>
        <translation>%1 Schichten, %2 Bits je Gewicht, in %3
Kalibrierung %4, Lösen %5, Schreiben %6
höchster Speicher %7</translation>
    </message>
    <message>
        <source>End of %1</source>
        <translation>Ende von %1</translation>
    </message>
    <message>
        <source>Sample text of Bitloom</source>
        <translation>Beispieltext von Bitloom</translation>
    </message>
    <message>
        <source>Another text file…</source>
        <translation>Andere Textdatei…</translation>
    </message>
    <message>
        <source>Text to evaluate on</source>
        <translation>Text für die Auswertung</translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation>Text (*.txt *.md *.text);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Evaluating …</source>
        <translation>Wird ausgewertet …</translation>
    </message>
    <message>
        <source>Verifying in llama.cpp …</source>
        <translation>Wird in llama.cpp geprüft …</translation>
    </message>
    <message>
        <source>Views of the result</source>
        <translation>Ansichten des Ergebnisses</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>In llama.cpp</source>
        <translation>In llama.cpp</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Beside another file…</source>
        <translation>Neben andere Datei…</translation>
    </message>
    <message>
        <source>A GGUF file of the same model, for example from llama-quantize, that gets the same measurements.</source>
        <translation>Eine GGUF-Datei desselben Modells, zum Beispiel von llama-quantize, die ebenso gemessen wird.</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>Bericht speichern…</translation>
    </message>
    <message>
        <source>All figures and plots as a web page, Markdown and JSON, as llama.cpp asks for them of new quantizations.</source>
        <translation>Alle Zahlen und Diagramme als Webseite, Markdown und JSON, wie llama.cpp sie für neue Quantisierungen verlangt.</translation>
    </message>
    <message>
        <source>Loads the file in llama.cpp itself and measures it there: quality against the original, speed, and text.</source>
        <translation>Lädt die Datei in llama.cpp selbst und misst sie dort: Güte gegen das Original, Tempo und Text.</translation>
    </message>
    <message>
        <source>llama.cpp loads it. Perplexity there %1, here %2.</source>
        <translation>llama.cpp lädt sie. Perplexität dort %1, hier %2.</translation>
    </message>
    <message>
        <source>KL divergence from the original %1</source>
        <translation>KL-Divergenz zum Original %1</translation>
    </message>
    <message>
        <source>, of “%1” %2</source>
        <translation>, von „%1“ %2</translation>
    </message>
    <message>
        <source>It writes: “%1”</source>
        <translation>Es schreibt: „%1“</translation>
    </message>
    <message>
        <source>GGUF file to verify beside the result</source>
        <translation>GGUF-Datei, die neben dem Ergebnis geprüft wird</translation>
    </message>
    <message>
        <source>GGUF (*.gguf)</source>
        <translation>GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>Folder for the report</source>
        <translation>Ordner für den Bericht</translation>
    </message>
    <message>
        <source>The report is written: %1</source>
        <translation>Der Bericht ist geschrieben: %1</translation>
    </message>
    <message>
        <source>tuning %1, held-out KL divergence from %2 to %3</source>
        <translation>Abstimmung %1, KL-Divergenz zurückgehaltenen Texts von %2 auf %3</translation>
    </message>
</context>
<context>
    <name>bitloom::RetentionTimeline</name>
    <message>
        <source>What is kept</source>
        <translation>Was bleibt</translation>
    </message>
    <message>
        <source>While a model writes, each step is drawn here: which positions the cache keeps exactly, packs, or drops.</source>
        <translation>Während ein Modell schreibt, wird hier jeder Schritt gezeichnet: welche Positionen der Cache genau behält, packt oder verwirft.</translation>
    </message>
    <message>
        <source>What is kept of values, layer %1, head %2</source>
        <translation>Was von Werten bleibt, Schicht %1, Kopf %2</translation>
    </message>
    <message>
        <source>What is kept of keys, layer %1, head %2</source>
        <translation>Was von Schlüsseln bleibt, Schicht %1, Kopf %2</translation>
    </message>
    <message>
        <source>Step %1, %2: key %3, value %4</source>
        <translation>Schritt %1, %2: Schlüssel %3, Wert %4</translation>
    </message>
</context>
<context>
    <name>bitloom::RunPage</name>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>Nothing runs yet</source>
        <translation>Noch läuft nichts</translation>
    </message>
    <message>
        <source>Layers, saliency, codebooks and objectives are drawn here while a model is quantized.</source>
        <translation>Während ein Modell quantisiert wird, werden hier Schichten, Salienz, Codebücher und Zielwerte gezeichnet.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Saliency</source>
        <translation>Salienz</translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation>Codebuch</translation>
    </message>
    <message>
        <source>Objectives</source>
        <translation>Zielwerte</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>bitloom::SaliencyHeatmap</name>
    <message>
        <source>End-loss saliency</source>
        <translation>Endverlust-Salienz</translation>
    </message>
    <message>
        <source>No saliency yet. It is measured while a quantization calibrates: start one on the Quantize page.</source>
        <translation>Noch keine Salienz. Sie wird beim Kalibrieren gemessen: Beginnen Sie auf der Seite „Quantisieren“.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic colours</source>
        <translation>&amp;Logarithmische Farben</translation>
    </message>
    <message>
        <source>&amp;Back to the whole model</source>
        <translation>&amp;Zurück zum ganzen Modell</translation>
    </message>
    <message>
        <source>Zoom &amp;in along the channels</source>
        <translation>Entlang der Kanäle &amp;hinein</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Hi&amp;naus</translation>
    </message>
    <message>
        <source>Colours: %1</source>
        <translation>Farben: %1</translation>
    </message>
    <message>
        <source>The map of %1 has not come yet. It is sent while the layer is solved. Escape goes back to the whole model.</source>
        <translation>Die Karte von %1 ist noch nicht da. Sie kommt, während die Schicht gelöst wird. Escape führt zum ganzen Modell zurück.</translation>
    </message>
    <message>
        <source>End-loss saliency of %1</source>
        <translation>Endverlust-Salienz von %1</translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation>Decoder-Block</translation>
    </message>
    <message>
        <source>input channel</source>
        <translation>Eingabekanal</translation>
    </message>
    <message>
        <source>input channel (%1× zoom)</source>
        <translation>Eingabekanal (%1-fach vergrößert)</translation>
    </message>
    <message>
        <source>output group</source>
        <translation>Ausgabegruppe</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>noch nicht gemessen</translation>
    </message>
    <message>
        <source>mean curvature, %1</source>
        <translation>mittlere Krümmung, %1</translation>
    </message>
    <message>
        <source>diagonal of H, %1</source>
        <translation>Diagonale von H, %1</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>%1: mean end-loss curvature %2</source>
        <translation>%1: mittlere Krümmung des Endverlusts %2</translation>
    </message>
    <message>
        <source>Output group %1, input channels %2: largest diagonal %3</source>
        <translation>Ausgabegruppe %1, Eingabekanäle %2: größte Diagonale %3</translation>
    </message>
    <message>
        <source>Output group %1, input channel %2: diagonal %3</source>
        <translation>Ausgabegruppe %1, Eingabekanal %2: Diagonale %3</translation>
    </message>
</context>
<context>
    <name>bitloom::SettingsDialog</name>
    <message>
        <source>&amp;Tell the desktop when a job of more than a minute ends</source>
        <translation>Dem Desktop &amp;melden, wenn ein Auftrag von mehr als einer Minute endet</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>Farb&amp;schema</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>Another language is spoken from the next start on.</source>
        <translation>Eine andere Sprache gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>bitloom-cli serve, beside this program</source>
        <translation>bitloom-cli serve, neben diesem Programm</translation>
    </message>
    <message>
        <source>Engine command</source>
        <translation>Befehl der Engine</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>all processors</source>
        <translation>alle Prozessoren</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>Speichergrenze</translation>
    </message>
    <message>
        <source>Plugin folders</source>
        <translation>Plugin-Ordner</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Add a plugin folder</source>
        <translation>Plugin-Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Remove the selected plugin folder</source>
        <translation>Gewählten Plugin-Ordner entfernen</translation>
    </message>
    <message>
        <source>Folder with plugins</source>
        <translation>Ordner mit Plugins</translation>
    </message>
    <message>
        <source>&amp;Engine command</source>
        <translation>&amp;Befehl der Engine</translation>
    </message>
    <message>
        <source>An engine on another machine works too, for example “ssh workstation bitloom-cli serve”. Paths are then that machine&apos;s.</source>
        <translation>Auch eine Engine auf einer anderen Maschine geht, zum Beispiel „ssh workstation bitloom-cli serve“. Pfade sind dann die jener Maschine.</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>Ge&amp;rät</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Threads</translation>
    </message>
    <message>
        <source>&amp;Memory limit</source>
        <translation>&amp;Speichergrenze</translation>
    </message>
    <message>
        <source>An engine of this machine that needs more ends its job with a message; finished layers are kept.</source>
        <translation>Braucht eine Engine dieser Maschine mehr, endet ihr Auftrag mit einer Meldung; fertige Schichten bleiben erhalten.</translation>
    </message>
    <message>
        <source>&amp;Plugin folders</source>
        <translation>&amp;Plugin-Ordner</translation>
    </message>
</context>
<context>
    <name>bitloom::ShortcutTable</name>
    <message>
        <source>&amp;Assign</source>
        <translation>&amp;Zuweisen</translation>
    </message>
    <message>
        <source>&amp;No shortcut</source>
        <translation>&amp;Kein Kürzel</translation>
    </message>
    <message>
        <source>&amp;Standard</source>
        <translation>&amp;Standard</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation>Aktionen suchen</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>Kürzel</translation>
    </message>
    <message>
        <source>Actions and their shortcuts</source>
        <translation>Aktionen und ihre Tastenkürzel</translation>
    </message>
    <message>
        <source>New shortcut</source>
        <translation>Neues Kürzel</translation>
    </message>
    <message>
        <source>Press the keys</source>
        <translation>Tasten drücken</translation>
    </message>
    <message>
        <source>All &amp;back to standard</source>
        <translation>Alle zurück auf &amp;Vorgabe</translation>
    </message>
    <message>
        <source>New &amp;shortcut</source>
        <translation>&amp;Neues Kürzel</translation>
    </message>
    <message>
        <source>%1 (changed)</source>
        <translation>%1 (geändert)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>⚠ “%1” has this shortcut; assigning takes it away from there.</source>
        <translation>⚠ „%1“ hat dieses Kürzel; Zuweisen nimmt es dort weg.</translation>
    </message>
</context>
<context>
    <name>bitloom::SizePanel</name>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>Abbreche&amp;n</translation>
    </message>
    <message>
        <source>Tar&amp;get size</source>
        <translation>Ziel&amp;größe</translation>
    </message>
    <message>
        <source>Target size in bits per weight</source>
        <translation>Zielgröße in Bit je Gewicht</translation>
    </message>
    <message>
        <source>The types of all tensors are chosen anew while you move it. Arrow keys take small steps, Page Up and Page Down larger ones.</source>
        <translation>Während Sie ihn bewegen, werden die Typen aller Tensoren neu gewählt. Pfeiltasten gehen kleine Schritte, Bild auf und Bild ab größere.</translation>
    </message>
    <message>
        <source>Calibrates once and measures what each type costs each tensor. Runs with the same model and text use it again.</source>
        <translation>Kalibriert einmal und misst, was jeder Typ jeden Tensor kostet. Läufe mit demselben Modell und Text verwenden es wieder.</translation>
    </message>
    <message>
        <source>Stops measuring; what was calibrated is kept</source>
        <translation>Beendet das Messen; was kalibriert wurde, bleibt</translation>
    </message>
    <message>
        <source>Progress of the measurement</source>
        <translation>Fortschritt der Messung</translation>
    </message>
    <message>
        <source>%1, %2 left in this step</source>
        <translation>%1, noch %2 in diesem Schritt</translation>
    </message>
    <message>
        <source>%1 …</source>
        <translation>%1 …</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>Startet …</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; file · &lt;b&gt;%2&lt;/b&gt; bits per weight · predicted KL &lt;b&gt;+%3&lt;/b&gt;</source>
        <translation>Datei &lt;b&gt;%1&lt;/b&gt; · &lt;b&gt;%2&lt;/b&gt; Bit je Gewicht · vorhergesagte KL &lt;b&gt;+%3&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Nothing that may be chosen is so small; this is the smallest file.</source>
        <translation>So klein ist nichts, was gewählt werden darf; dies ist die kleinste Datei.</translation>
    </message>
    <message>
        <source>The type of %1 tensors is not measured; what it costs is left out of the prediction.</source>
        <translation>Der Typ von %1 Tensoren ist nicht gemessen; was er kostet, fehlt in der Vorhersage.</translation>
    </message>
    <message>
        <source>Move the slider: the types of all tensors are chosen for the size at once.</source>
        <translation>Bewegen Sie den Regler: Die Typen aller Tensoren werden sofort für die Größe gewählt.</translation>
    </message>
    <message>
        <source>To choose the size by sight, measure once what each type costs each tensor.</source>
        <translation>Um die Größe nach Augenmaß zu wählen, messen Sie einmal, was jeder Typ jeden Tensor kostet.</translation>
    </message>
</context>
<context>
    <name>bitloom::StartPage</name>
    <message>
        <source>Bitloom</source>
        <translation>Bitloom</translation>
    </message>
    <message>
        <source>Make a language model several times smaller, and see what is kept.</source>
        <translation>Machen Sie ein Sprachmodell um ein Vielfaches kleiner und sehen Sie, was erhalten bleibt.</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Recent models, projects and recipes</source>
        <translation>Zuletzt benutzte Modelle, Projekte und Rezepte</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation>Aus dieser Liste entfernen</translation>
    </message>
    <message>
        <source>Nothing opened yet.
Models, projects and recipes that you open are listed here.</source>
        <translation>Noch nichts geöffnet.
Modelle, Projekte und Rezepte, die Sie öffnen, stehen dann hier.</translation>
    </message>
    <message>
        <source>What can be opened</source>
        <translation>Was sich öffnen lässt</translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation>Modellordner</translation>
    </message>
    <message>
        <source>Hugging Face layout: config.json, *.safetensors, tokenizer. Llama, Mistral, SmolLM2, Qwen2, Qwen3.</source>
        <translation>Aufbau von Hugging Face: config.json, *.safetensors, Tokenizer. Llama, Mistral, SmolLM2, Qwen2, Qwen3.</translation>
    </message>
    <message>
        <source>GGUF file</source>
        <translation>GGUF-Datei</translation>
    </message>
    <message>
        <source>Any type that llama.cpp reads.</source>
        <translation>Jeder Typ, den llama.cpp liest.</translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation>Projektordner</translation>
    </message>
    <message>
        <source>A finished or interrupted run: look at it again, or resume it.</source>
        <translation>Ein fertiger oder unterbrochener Lauf: wieder ansehen oder fortsetzen.</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>The settings of a run as JSON, the same file that the command line takes.</source>
        <translation>Die Einstellungen eines Laufs als JSON, dieselbe Datei, die die Befehlszeile nimmt.</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>Demomodell</translation>
    </message>
</context>
<context>
    <name>bitloom::StepMap</name>
    <message>
        <source>position %1</source>
        <translation>Position %1</translation>
    </message>
    <message>
        <source>position %1 %2</source>
        <translation>Position %1 %2</translation>
    </message>
    <message>
        <source>position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>step: tokens in the cache</source>
        <translation>Schritt: Token im Cache</translation>
    </message>
</context>
<context>
    <name>bitloom::TensorModel</name>
    <message>
        <source>%1: %2, %3, %4, %5 bits per weight%6</source>
        <translation>%1: %2, %3, %4, %5 Bits je Gewicht%6</translation>
    </message>
    <message>
        <source>. A linear layer of a decoder block: it can be quantized.</source>
        <translation>. Eine lineare Schicht eines Decoder-Blocks: Sie kann quantisiert werden.</translation>
    </message>
    <message>
        <source>type %1, chosen by hand</source>
        <translation>Typ %1, von Hand gewählt</translation>
    </message>
    <message>
        <source>type %1</source>
        <translation>Typ %1</translation>
    </message>
    <message>
        <source>shape %1</source>
        <translation>Form %1</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>error not known</source>
        <translation>Fehler nicht bekannt</translation>
    </message>
    <message>
        <source>relative error %1</source>
        <translation>relativer Fehler %1</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Name of the tensor in the file</source>
        <translation>Name des Tensors in der Datei</translation>
    </message>
    <message>
        <source>How its values are stored</source>
        <translation>Wie seine Werte gespeichert sind</translation>
    </message>
    <message>
        <source>Outputs × inputs for a linear layer; sorts by the number of values</source>
        <translation>Ausgaben × Eingaben bei einer linearen Schicht; sortiert nach der Anzahl der Werte</translation>
    </message>
    <message>
        <source>Bits per weight, scales and codebooks counted</source>
        <translation>Bits je Gewicht, Skalen und Codebücher mitgezählt</translation>
    </message>
    <message>
        <source>Size in the file</source>
        <translation>Größe in der Datei</translation>
    </message>
    <message>
        <source>Objective after quantization over the objective of leaving the layer out; known after a job</source>
        <translation>Zielwert nach der Quantisierung, geteilt durch den ohne die Schicht; bekannt nach einem Auftrag</translation>
    </message>
    <message>
        <source>sensitivity not measured</source>
        <translation>Empfindlichkeit nicht gemessen</translation>
    </message>
    <message>
        <source>sensitivity %1</source>
        <translation>Empfindlichkeit %1</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>How much the mean loss of a token is predicted to rise when this tensor alone gets the smallest type; the bar is logarithmic</source>
        <translation>Wie sehr der mittlere Verlust eines Tokens voraussichtlich steigt, wenn nur dieser Tensor den kleinsten Typ erhält; der Balken ist logarithmisch</translation>
    </message>
</context>
<context>
    <name>bitloom::TensorTable</name>
    <message>
        <source>Filter by name or type (a regular expression), for example  mlp|q_proj</source>
        <translation>Nach Name oder Typ filtern (regulärer Ausdruck), zum Beispiel  mlp|q_proj</translation>
    </message>
    <message>
        <source>Filter of the tensors</source>
        <translation>Filter der Tensoren</translation>
    </message>
    <message>
        <source>Only &amp;quantizable</source>
        <translation>Nur &amp;quantisierbare</translation>
    </message>
    <message>
        <source>Only linear layers of decoder blocks</source>
        <translation>Nur lineare Schichten der Decoder-Blöcke</translation>
    </message>
    <message>
        <source>Tensors of the model</source>
        <translation>Tensoren des Modells</translation>
    </message>
    <message>
        <source>&amp;Copy as table</source>
        <translation>Als Tabelle &amp;kopieren</translation>
    </message>
    <message>
        <source>The filter is not a regular expression: %1 at character %2. The table shows the filter before.</source>
        <translation>Der Filter ist kein regulärer Ausdruck: %1 an Zeichen %2. Die Tabelle zeigt den Filter davor.</translation>
    </message>
    <message>
        <source>Open a model to see its tensors</source>
        <translation>Öffnen Sie ein Modell, um seine Tensoren zu sehen</translation>
    </message>
    <message>
        <source>%1 tensors</source>
        <translation>%1 Tensoren</translation>
    </message>
    <message>
        <source>%1 of %2 tensors</source>
        <translation>%1 von %2 Tensoren</translation>
    </message>
</context>
<context>
    <name>bitloom::TimeSeriesPlot</name>
    <message>
        <source>Nothing has been measured yet.</source>
        <translation>Noch ist nichts gemessen.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>seconds ago</source>
        <translation>vor Sekunden</translation>
    </message>
    <message>
        <source>MiB</source>
        <translation>MiB</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>%1 s ago: %2</source>
        <translation>vor %1 s: %2</translation>
    </message>
</context>
<context>
    <name>bitloom::TokenChoicePlot</name>
    <message>
        <source>Probabilities of the next token</source>
        <translation>Wahrscheinlichkeiten des nächsten Tokens</translation>
    </message>
    <message>
        <source>Where the texts part, both models&apos; probabilities are shown here. Click at any token to see what was considered there.</source>
        <translation>Wo sich die Texte trennen, stehen hier die Wahrscheinlichkeiten beider Modelle. Ein Klick auf ein Token zeigt, was dort erwogen wurde.</translation>
    </message>
    <message>
        <source>probability, %</source>
        <translation>Wahrscheinlichkeit, %</translation>
    </message>
    <message>
        <source>was written</source>
        <translation>wurde geschrieben</translation>
    </message>
    <message>
        <source>%1: “%2” %3 %</source>
        <translation>%1: „%2“ %3 %</translation>
    </message>
    <message>
        <source>, taken: the text ends</source>
        <translation>, genommen: Der Text endet</translation>
    </message>
    <message>
        <source>, written</source>
        <translation>, geschrieben</translation>
    </message>
    <message>
        <source>Probabilities at %1</source>
        <translation>Wahrscheinlichkeiten bei %1</translation>
    </message>
</context>
<context>
    <name>bitloom::Tour</name>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Skip the tour</source>
        <translation>&amp;Rundgang verlassen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>&amp;Fertig</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Weiter</translation>
    </message>
</context>
<context>
    <name>bitloom::TypeMap</name>
    <message>
        <source>Bits of each layer</source>
        <translation>Bits jeder Schicht</translation>
    </message>
    <message>
        <source>Choose a GGUF type or a target size to see the bits that each layer gets.</source>
        <translation>Wählen Sie einen GGUF-Typ oder eine Zielgröße, um die Bits jeder Schicht zu sehen.</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bit</translation>
    </message>
    <message>
        <source>%1: %2, %3 bits per weight</source>
        <translation>%1: %2, %3 Bit je Gewicht</translation>
    </message>
</context>
<context>
    <name>bitloom::VerificationPanel</name>
    <message>
        <source>Not run in llama.cpp yet. “Verify in llama.cpp” loads the GGUF file there and shows its quality, speed and text beside the original&apos;s.</source>
        <translation>Noch nicht in llama.cpp ausgeführt. „In llama.cpp prüfen“ lädt die GGUF-Datei dort und zeigt Güte, Tempo und Text neben denen des Originals.</translation>
    </message>
    <message>
        <source>Figures that llama.cpp measured</source>
        <translation>Zahlen, die llama.cpp gemessen hat</translation>
    </message>
    <message>
        <source>What the files write</source>
        <translation>Was die Dateien schreiben</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Of the file</source>
        <translation>Der Datei</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Over all tensors, embeddings too</source>
        <translation>Über alle Tensoren, auch die Einbettungen</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>How surprised the model is by the text; lower is better</source>
        <translation>Wie überrascht das Modell von dem Text ist; weniger ist besser</translation>
    </message>
    <message>
        <source>Perplexity over the original&apos;s</source>
        <translation>Perplexität im Verhältnis zum Original</translation>
    </message>
    <message>
        <source>Paired on the same tokens, so that its standard error is small</source>
        <translation>Paarweise auf denselben Token, darum ist der Standardfehler klein</translation>
    </message>
    <message>
        <source>KL divergence, mean</source>
        <translation>KL-Divergenz, Mittel</translation>
    </message>
    <message>
        <source>How far the next-token distribution moved from the original&apos;s, in nats</source>
        <translation>Wie weit sich die Verteilung des nächsten Tokens vom Original entfernt hat, in Nats</translation>
    </message>
    <message>
        <source>KL divergence, median</source>
        <translation>KL-Divergenz, Median</translation>
    </message>
    <message>
        <source>Half of the tokens moved less than this</source>
        <translation>Die Hälfte der Token hat sich weniger bewegt</translation>
    </message>
    <message>
        <source>KL divergence, 99th percentile</source>
        <translation>KL-Divergenz, 99. Perzentil</translation>
    </message>
    <message>
        <source>One token in a hundred moved more than this</source>
        <translation>Eines von hundert Token hat sich mehr bewegt</translation>
    </message>
    <message>
        <source>Same most likely token, %</source>
        <translation>Gleiches wahrscheinlichstes Token, %</translation>
    </message>
    <message>
        <source>How often the original would pick the same next token</source>
        <translation>Wie oft das Original dasselbe nächste Token wählen würde</translation>
    </message>
    <message>
        <source>Prompt, tokens per second</source>
        <translation>Eingabe, Token je Sekunde</translation>
    </message>
    <message>
        <source>The fastest of several runs by llama.cpp&apos;s own clock</source>
        <translation>Der schnellste von mehreren Läufen nach der Uhr von llama.cpp</translation>
    </message>
    <message>
        <source>Generation, tokens per second</source>
        <translation>Schreiben, Token je Sekunde</translation>
    </message>
    <message>
        <source> – the same</source>
        <translation> – gleich</translation>
    </message>
    <message>
        <source> – the same for %1 of %2 tokens</source>
        <translation> – gleich bei %1 von %2 Token</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>llama.cpp loads it. Its perplexity there is %1, in Bitloom&apos;s own engine %2; the two differ by a KL divergence of %3 and %4 in the largest logit.</source>
        <translation>llama.cpp lädt sie. Die Perplexität ist dort %1, in Bitlooms eigener Engine %2; beide unterscheiden sich um eine KL-Divergenz von %3 und höchstens %4 in den Logits.</translation>
    </message>
    <message>
        <source>Verification in llama.cpp</source>
        <translation>Prüfung in llama.cpp</translation>
    </message>
</context>
<context>
    <name>bitloom::ViewDock</name>
    <message>
        <source>Drag to move this view; double-click to tear it off</source>
        <translation>Ziehen verschiebt diese Ansicht; ein Doppelklick reißt sie ab</translation>
    </message>
    <message>
        <source>Tear off, or put back</source>
        <translation>Abreißen oder zurücksetzen</translation>
    </message>
    <message>
        <source>Hide this view</source>
        <translation>Diese Ansicht verbergen</translation>
    </message>
</context>
<context>
    <name>bitloom::WeightHistogramView</name>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Select a tensor in the table to see how its weights are spread.</source>
        <translation>Wählen Sie in der Tabelle einen Tensor, um zu sehen, wie seine Gewichte verteilt sind.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic counts</source>
        <translation>&amp;Logarithmische Anzahlen</translation>
    </message>
    <message>
        <source>Weights of %1</source>
        <translation>Gewichte von %1</translation>
    </message>
    <message>
        <source>Weights of %1, row %2</source>
        <translation>Gewichte von %1, Zeile %2</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>weights per bin, log</source>
        <translation>Gewichte je Klasse, log</translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation>Gewichte je Klasse</translation>
    </message>
    <message>
        <source>mean %1 (solid), standard deviation %2 (dashed), from %3 to %4</source>
        <translation>Mittel %1 (durchgezogen), Standardabweichung %2 (gestrichelt), von %3 bis %4</translation>
    </message>
    <message>
        <source>%1 weights from %2 to %3</source>
        <translation>%1 Gewichte von %2 bis %3</translation>
    </message>
</context>
</TS>
