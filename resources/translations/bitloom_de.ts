<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>CodebookView</name>
    <message>
        <source>start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new codes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new codebook</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom</name>
    <message>
        <source>Bitloom opens a model folder (config.json with .safetensors files), a .gguf file, a project folder or a recipe (.json).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” has a config.json but no weights beside it; the download may be incomplete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” holds more than one model, for example “%2” and “%3”; open one of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model in the folder “%1”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is too large to be a recipe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not valid JSON.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not a recipe: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” does not exist.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” cannot be read; its permissions forbid it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” does not begin like a GGUF file; the download may be broken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” alone is not a whole model: its folder has no config.json.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is no model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the setting that the message names and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is damaged or incomplete: fetch it again, or choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the file or folder is still there and that its drive is mounted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model of the Llama, Mistral, Qwen2 or Qwen3 family, or another format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check free space and permissions of the folder, or choose another output; finished layers are kept, so resume continues.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use fewer or shorter sequences, fewer groups, or the CPU instead of a small GPU; finished layers are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished layers are kept; resume continues after them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the report and file a bug; finished layers are kept, so resume continues.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scalar</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::AboutDialog</name>
    <message>
        <source>About Bitloom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version %1 · engine %2 · Qt %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bitloom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A desktop studio that quantizes large language models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&lt;p&gt;Bitloom is free software: you may use, study, share and change it under the terms of the &lt;b&gt;GNU General Public License, version 3 or later&lt;/b&gt;. It comes without any warranty.&lt;/p&gt;&lt;p&gt;The text of the licence is in the file LICENSE of the source and at &lt;a href=&quot;https://www.gnu.org/licenses/gpl-3.0.html&quot;&gt;gnu.org/licenses&lt;/a&gt;.&lt;/p&gt;&lt;p&gt;A model that you quantize keeps its own licence.&lt;/p&gt;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Qt 6 (LGPL-3.0): windows and drawing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>QCustomPlot (GPL-3.0 or later): plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>libtorch (BSD-3-Clause): tensors, in the engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>llama.cpp and ggml (MIT): GGUF, tokenizers, block types, in the engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON for Modern C++ (MIT)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{fmt} (MIT), spdlog (MIT), CLI11 (BSD-3-Clause), tl::expected (CC0), valijson (BSD-2-Clause)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo model SmolLM2-135M-Instruct (Apache-2.0)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&lt;p&gt;The engine has not told its methods yet.&lt;/p&gt;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods and papers</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::BlockView</name>
    <message>
        <source>Block of a row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick a tensor of a GGUF result to see the codes, scales and minima of its blocks, by ggml&apos;s own rounding and in the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Previous block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next &amp;row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Row &amp;before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, row %2, block %3 of %4, %5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>minimum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ggml&apos;s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 codes differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ggml&apos;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column %1: weight %2; </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ggml&apos;s own %1, in the file %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ggml&apos;s own code %1 is %2, in the file code %3 is %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; scale %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; minimum %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; importance %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::CodebookPlot</name>
    <message>
        <source>Codebook</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No codebook yet. While a layer is solved, one row&apos;s weights and its levels move here; pick a layer in the strip.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Codebook of %1, row %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>level, with its count above</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level %1 of %2: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, %1 weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> (%1)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::CodebookView</name>
    <message>
        <source>Step of the solver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Half steps of the solver; at the right end the view follows the newest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replay all steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plays all steps from the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>R&amp;ow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1 of %2, %3</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type what you want to do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matching commands</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ComparisonPanel</name>
    <message>
        <source>not measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to compare yet. Quantize a model, or evaluate one against its original, and the figures appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Original against quantized</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantized</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the linear layers; codebooks and scales counted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How surprised the model is by the text; lower is better. After ± the standard error.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>KL divergence, mean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the next-token distribution moved from the original&apos;s, in nats; 0 is the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>KL divergence, median</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Half of the tokens moved less than this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>KL divergence, 99th percentile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One token in a hundred moved more than this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same most likely token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often both models would pick the same next token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>against &lt;b&gt;%1&lt;/b&gt;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on %1 tokens in windows of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparison of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>models</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::DropZone</name>
    <message>
        <source>A Hugging Face model folder, a GGUF file, or a Bitloom recipe. It stays where it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not a file or a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop one model at a time. For a model in several files, drop the folder that holds them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not on this computer. Download it first, then drop its folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” does not exist any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is one part of a model. Drop the folder that holds it with its config.json.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is neither a model folder, a .gguf file nor a .json recipe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop a model here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open f&amp;ile…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SmolLM2 135M Instruct, installed with Bitloom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go to open this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go to load this recipe</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::EngineClient</name>
    <message>
        <source>The engine was killed (signal 9). When nobody did that by hand, the system ran out of memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine was asked to end by another program (signal 15).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine crashed: it touched memory that is not its own (signal 11).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine crashed: it found itself in a state that cannot be (signal 6).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine crashed (signal %1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine could not be started: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the engine command in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine&apos;s answer could not be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the engine command starts “bitloom-cli serve” and prints nothing else, then start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished layers are kept: resume, or try fewer sequences or another device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to the engine&apos;s machine was lost, or could not be made (ssh ended with status 255).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check network and login, start the engine again and resume: finished layers are kept on that machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine ended by itself with status %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at its last lines in the log, then start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine refused to talk to this studio: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install studio and engine of the same version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine speaks protocol %1 and this studio speaks protocol %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was being computed; start it again to go on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::EngineProcess</name>
    <message>
        <source>The engine command is empty.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::JobProgress</name>
    <message>
        <source>Memory of the engine now, and the most it held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Holds the job at the next safe point; nothing is lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Goes on from the last finished layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stops the job; finished layers are kept and can be taken up again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing calibration text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantizing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verifying in llama.cpp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generating</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No job is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a method and press Quantize.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pauses at the next safe point: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ Finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume goes on from the last finished layer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 per second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2 per second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2 per minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>time left: measuring…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory %1, peak %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>  ·  GPU %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::LayerErrorChart</name>
    <message>
        <source>Relative error by layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No layer has been quantized yet. When a job ends, the error of every layer is shown here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Logarithmic error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>relative error, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on held-out text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: relative error %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, on held-out text %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, %1 bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::LayerStrip</name>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No layers yet. Start a quantization or open a project, and every linear layer shows its state here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>calibrating</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>solving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>relative error, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, relative error %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, held-out %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, objective %1 → %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::LogModel</name>
    <message>
        <source>debug</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>info</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>error</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::LogView</name>
    <message>
        <source>Lowest level shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Info and above</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Errors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copies the selected lines, or all visible ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing logged yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 lines</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::MainWindow</name>
    <message>
        <source>A job is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit while a model is being quantized?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished layers are kept in the project folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause and quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next start offers to resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the job and quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory and GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some plugins could not be loaded; the other methods work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine memory %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, GPU %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The command line is on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is written: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is used as calibration text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model could not be opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file was made by Bitloom and carries its recipe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not a recipe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project could not be opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 bits, finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 bits, %3 of %4 layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This run was interrupted. Resume continues after its finished layers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model or a recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models and recipes (*.gguf *.safetensors *.json);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open by path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path as the engine sees it, also on another machine:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run into “%1” was not finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The report is on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>○  Engine is not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>◌  Engine is starting …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>●  Engine %1 · %2 · %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕  Engine has stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bitloom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>● %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The studio speaks the other language when it is started again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new engine settings are used when the running job has ended and the engine is started anew (F5).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the model “%1”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the project “%1”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the recipe “%1”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibrate on “%1”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop one file or folder of this machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Start anew</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job is running; cancel it before the engine is started anew</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the &amp;log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About Bitloom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open model &amp;folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open by p&amp;ath…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quantize</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Evaluate the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Verify in llama.cpp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as co&amp;mmand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show the result in its folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Follow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The views follow the layer that is being solved. Picking a layer switches this off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;anels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Workspaces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pl&amp;ot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like the &amp;system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch &amp;dark and light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click into a plot first, or go to it with the Tab key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This workspace cannot be read; save it anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save this arrangement as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the workspace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The workspace “%1” is saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;tandard arrangement</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::MessageBar</name>
    <message>
        <source>Information</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Success</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show details of the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ModelPage</name>
    <message>
        <source>Weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantize…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model to see its architecture, its tensors and their weights.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a tensor in the table to see its weights.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading %1 …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ModelSummaryPanel</name>
    <message>
        <source>No model is open. Drop one on the start page, or open the demo model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoder blocks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Channels between the blocks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attention</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 heads of %2, %3 for keys and values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grouped-query attention: several heads share keys and values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feed-forward size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>input and output share one matrix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>input and output have their own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 bits, %3 groups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe that this file carries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, of which %2 linear layers can be quantized</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::NavigationBar</name>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ObjectiveView</name>
    <message>
        <source>start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after new codes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after a new codebook</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objective</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>half step of the solver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Relative to start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Divides each layer&apos;s objective by its value at the start, so that layers of any size compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Log scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Only the selected layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No objective yet. It is drawn after every half step while layers are solved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 other layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new codes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new codebook</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>objective ÷ its start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>objective, mean over rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>relative error on held-out text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, half step %2 (%3): objective %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> = %1 of the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, held-out %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page Up and Page Down select a layer, the arrow keys read its values.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objective of %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ParameterForm</name>
    <message>
        <source>%1 to %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a method to see its parameters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no parameters to set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Range: %1%2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With “auto” the program chooses by measuring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>auto</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: choose automatically</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the program choose by measuring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A number is needed here%1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not a number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is out of range: allowed is %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 is not a whole number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 is out of range, allowed is %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 is not a number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 is neither true nor false.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 is not one of its choices.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>chosen by measuring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The parameters are not a JSON object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 has no parameter of this name.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ParetoPlot</name>
    <message>
        <source>Size against predicted loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No error curves are measured yet. When the model has been calibrated for GGUF types, every size and what it is expected to cost are shown here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Logarithmic loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>predicted rise of the loss, nats per token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>best types of each size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>llama.cpp&apos;s mixes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, predicted rise of the loss %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> (chosen)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::PlanTable</name>
    <message>
        <source>Type of the tensor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the mi&amp;x decides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tensors of the file that will be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type for the selected tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget what was chosen by hand for the selected tensors (Delete)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Se&amp;lected tensors:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>types as the mix decides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>type %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::PlotActions</name>
    <message>
        <source>PNG picture (*.png)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PDF document (*.pdf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as &amp;PNG…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as &amp;SVG…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as PD&amp;F…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save data as CS&amp;V…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::PlotView</name>
    <message>
        <source>Use the arrow keys to read values.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::QuantizeJob</name>
    <message>
        <source>Cancelled. Finished layers are kept; resume continues after them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pausing: what is being computed right now is finished first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused. It holds its memory; resume goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelling: finished layers are kept.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::QuantizePage</name>
    <message>
        <source>safetensors – loads anywhere, weights expanded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any-Precision – codes and lookup tables</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPTQ – transformers and vLLM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GGUF – llama.cpp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How weights are rounded. The list comes from the engine&apos;s plugins.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits that each weight&apos;s code takes. 4 is nearly lossless, 3 is small, 2 is hard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output channels are put into this many groups; each has its own guided Hessian. More follow the loss better and take more memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Groups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This method rounds without looking at any text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model &amp;writes its own text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sampled with the seed below, so that no data set is needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Te&amp;xt files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>UTF-8 text in the languages and of the kind that the model will be used for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration text files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More text gives steadier Hessians and takes longer, in proportion.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of sequences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens in each sequence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Se&amp;quences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the result is written as; only formats that can hold the method&apos;s result are listed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ggml type that the weights are stored as. F16 keeps the quantized values as they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upper limit of the average over all quantized layers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the result is written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Beside the output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished layers and calibration results are kept here, so that the run can be resumed and calibration used again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GGUF t&amp;ype</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size &amp;limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where calibration and solving run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision of the model&apos;s forward and backward pass; sums are always 32-bit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>32-bit (f32)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>16-bit (bf16)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed, input and device give the same bytes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pre&amp;cision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disk space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bitloom-cli command line that does the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save recipe…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F16 – values as they are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model to see what a run will take.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine has no method “%1”; “%2” is used instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bits are outside of what the method can do (%2 to %3).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The format “%1” cannot hold this method&apos;s result; “%2” is used instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job is running; wait for it or cancel it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine has not told its methods yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a calibration text, or let the model write its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give a seed, any whole number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose where the result is written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” exists already; choose another output.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The output must not be the model itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1  (%2 % of the original)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the GGUF file as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the model folder as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GGUF (*.gguf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe could not be written: %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ResourceMonitor</name>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free in the machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine has %1 of memory, %2 of it free.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ResultPage</name>
    <message>
        <source>Set up a run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No result yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When a run has finished, original and quantized model are compared here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Original and quantized</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantize again with other settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs both models over a text and compares what they expect at every token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length of a window; the second half of each is counted, as llama.cpp does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> windows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of windows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify in llama.cpp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the evaluation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> – about %1 left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loads the file in llama.cpp itself and compares its output with the engine&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only for results written as GGUF; choose that format for the next run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 layers, %2 bits per weight, in %3
calibration %4, solving %5, writing %6
peak memory %7</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample text of Bitloom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another text file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text to evaluate on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluating …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>llama.cpp loads it. Perplexity there %1, here %2; largest logit difference %3.
It writes: “%4”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verifying in llama.cpp …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::RunPage</name>
    <message>
        <source>Set up a run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing runs yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers, saliency, codebooks and objectives are drawn here while a model is quantized.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saliency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objectives</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::SaliencyHeatmap</name>
    <message>
        <source>End-loss saliency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No saliency yet. It is measured while a quantization calibrates: start one on the Quantize page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Logarithmic colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Back to the whole model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;in along the channels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The map of %1 has not come yet. It is sent while the layer is solved. Escape goes back to the whole model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End-loss saliency of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>input channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>input channel (%1× zoom)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>output group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean curvature, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>diagonal of H, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: mean end-loss curvature %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output group %1, input channels %2: largest diagonal %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output group %1, input channel %2: diagonal %3</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::SettingsDialog</name>
    <message>
        <source>&amp;Tell the desktop when a job of more than a minute ends</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another language is spoken from the next start on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bitloom-cli serve, beside this program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all processors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> GiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plugin folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a plugin folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the selected plugin folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder with plugins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Engine command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An engine on another machine works too, for example “ssh workstation bitloom-cli serve”. Paths are then that machine&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Memory limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An engine of this machine that needs more ends its job with a message; finished layers are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Plugin folders</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ShortcutTable</name>
    <message>
        <source>&amp;Assign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;No shortcut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Standard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actions and their shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New shortcut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press the keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All &amp;back to standard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New &amp;shortcut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (changed)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ “%1” has this shortcut; assigning takes it away from there.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::StartPage</name>
    <message>
        <source>Bitloom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a language model several times smaller, and see what is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent models, projects and recipes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing opened yet.
Models, projects and recipes that you open are listed here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What can be opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face layout: config.json, *.safetensors, tokenizer. Llama, Mistral, SmolLM2, Qwen2, Qwen3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GGUF file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any type that llama.cpp reads.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A finished or interrupted run: look at it again, or resume it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings of a run as JSON, the same file that the command line takes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::TensorModel</name>
    <message>
        <source>%1: %2, %3, %4, %5 bits per weight%6</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>. A linear layer of a decoder block: it can be quantized.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>type %1, chosen by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>type %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shape %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>error not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>relative error %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the tensor in the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How its values are stored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outputs × inputs for a linear layer; sorts by the number of values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits per weight, scales and codebooks counted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size in the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objective after quantization over the objective of leaving the layer out; known after a job</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::TensorTable</name>
    <message>
        <source>Filter by name or type (a regular expression), for example  mlp|q_proj</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter of the tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only &amp;quantizable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only linear layers of decoder blocks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tensors of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy as table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The filter is not a regular expression: %1 at character %2. The table shows the filter before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model to see its tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 tensors</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::TimeSeriesPlot</name>
    <message>
        <source>Nothing has been measured yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>seconds ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s ago: %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::ViewDock</name>
    <message>
        <source>Drag to move this view; double-click to tear it off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tear off, or put back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide this view</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bitloom::WeightHistogramView</name>
    <message>
        <source>Weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a tensor in the table to see how its weights are spread.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Logarithmic counts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights of %1, row %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weights per bin, log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean %1 (solid), standard deviation %2 (dashed), from %3 to %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 weights from %2 to %3</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
