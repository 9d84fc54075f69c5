<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
<context>
    <name>CodebookView</name>
    <message>
        <source>start</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>new codes</source>
        <translation>새 코드</translation>
    </message>
    <message>
        <source>new codebook</source>
        <translation>새 코드북</translation>
    </message>
</context>
<context>
    <name>Glossary</name>
    <message>
        <source>Bits per weight</source>
        <translation>가중치당 비트</translation>
    </message>
    <message>
        <source>How many bits each weight&apos;s code takes, codebooks and scales counted in. A model of 16 bits shrinks to a quarter at 4.</source>
        <translation>코드북과 스케일을 포함해 가중치 하나의 코드가 차지하는 비트 수입니다. 16비트 모델은 4비트에서 4분의 1로 줄어듭니다.</translation>
    </message>
    <message>
        <source>Size and, where memory is the bottleneck, speed follow it in proportion. Every bit less doubles the distance between neighbouring values.</source>
        <translation>크기가 그대로 비례하고, 메모리가 병목이면 속도도 비례합니다. 비트가 하나 줄 때마다 이웃한 값 사이의 간격이 두 배가 됩니다.</translation>
    </message>
    <message>
        <source>4 is nearly lossless for most models, 3 costs a little, 2 needs a method that looks at the end loss.</source>
        <translation>대부분의 모델에서 4는 거의 손실이 없고, 3은 조금 손실이 있으며, 2는 최종 손실을 보는 방법이 필요합니다.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>The rule by which weights get their few allowed values. Rounding looks at one weight at a time, the others at what the whole row computes.</source>
        <translation>가중치에 허용된 몇 개의 값을 정하는 규칙입니다. 반올림은 가중치를 하나씩 보고, 다른 방법은 행 전체가 계산하는 것을 봅니다.</translation>
    </message>
    <message>
        <source>At 4 bits the methods lie close together, at 2 bits they decide whether the model still writes sentences.</source>
        <translation>4비트에서는 방법들이 비슷하지만, 2비트에서는 모델이 문장을 쓸 수 있는지가 방법에 달려 있습니다.</translation>
    </message>
    <message>
        <source>GuidedQuant for the best result, round to nearest for a first look that takes seconds.</source>
        <translation>가장 좋은 결과에는 GuidedQuant, 몇 초 만에 훑어보려면 가장 가까운 값으로의 반올림.</translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation>코드북</translation>
    </message>
    <message>
        <source>The list of values that a row&apos;s weights may take: 2 to the power of the bits. Each weight stores only a number in this list.</source>
        <translation>한 행의 가중치가 가질 수 있는 값의 목록으로, 개수는 2의 비트 수 제곱입니다. 각 가중치는 이 목록의 번호만 저장합니다.</translation>
    </message>
    <message>
        <source>Freely placed values fit a row&apos;s crowd of weights better than equal steps do, above all at few bits.</source>
        <translation>자유롭게 놓인 값은 같은 간격보다 행의 가중치 분포에 더 잘 맞습니다. 비트가 적을수록 더 그렇습니다.</translation>
    </message>
    <message>
        <source>Hessian of a layer</source>
        <translation>층의 헤세 행렬</translation>
    </message>
    <message>
        <source>A table of how much the output suffers when two weights of a row are moved together; summed over the calibration text.</source>
        <translation>한 행의 두 가중치를 함께 움직일 때 출력이 얼마나 나빠지는지를 보정 텍스트에 걸쳐 합한 표입니다.</translation>
    </message>
    <message>
        <source>With it a solver can let the error of one weight make up for the error of another, in place of rounding each alone.</source>
        <translation>이것이 있으면 해법이 가중치를 하나씩 반올림하는 대신 한 가중치의 오차를 다른 가중치로 메울 수 있습니다.</translation>
    </message>
    <message>
        <source>Guided Hessian</source>
        <translation>유도 헤세 행렬</translation>
    </message>
    <message>
        <source>A Hessian in which every token counts as much as the end loss depends on this layer&apos;s output there.</source>
        <translation>각 토큰이 그곳에서 최종 손실이 이 층의 출력에 의존하는 만큼 반영되는 헤세 행렬입니다.</translation>
    </message>
    <message>
        <source>The plain one treats all outputs alike, though some hardly change what the model says next and others decide it.</source>
        <translation>보통의 것은 모든 출력을 똑같이 다루지만, 어떤 출력은 다음 말을 거의 바꾸지 않고 어떤 출력은 그것을 결정합니다.</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>그룹</translation>
    </message>
    <message>
        <source>Output channels are put into this many groups, and each group gets a guided Hessian of its own.</source>
        <translation>출력 채널을 이만큼의 그룹으로 나누고, 그룹마다 유도 헤세 행렬을 하나씩 둡니다.</translation>
    </message>
    <message>
        <source>More groups follow the end loss more closely; memory and time of the calibration grow in proportion.</source>
        <translation>그룹이 많을수록 최종 손실을 더 정확히 따르지만, 보정의 메모리와 시간이 비례해 늘어납니다.</translation>
    </message>
    <message>
        <source>4 is a good start; 1 is cheapest.</source>
        <translation>4가 좋은 출발점이고, 1이 가장 저렴합니다.</translation>
    </message>
    <message>
        <source>End-loss saliency</source>
        <translation>최종 손실 중요도</translation>
    </message>
    <message>
        <source>How strongly the model&apos;s loss reacts when a layer&apos;s or a channel&apos;s weights are changed a little.</source>
        <translation>층이나 채널의 가중치를 조금 바꿀 때 모델의 손실이 얼마나 강하게 반응하는지를 나타냅니다.</translation>
    </message>
    <message>
        <source>It shows where bits are well spent. Bright places are those that quantization must not touch much.</source>
        <translation>비트를 어디에 쓰면 좋은지 보여 줍니다. 밝은 곳은 양자화가 크게 건드리면 안 되는 곳입니다.</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>보정 텍스트</translation>
    </message>
    <message>
        <source>Text that the model reads before it is quantized, so that its Hessians can be measured.</source>
        <translation>헤세 행렬을 측정하기 위해 양자화하기 전에 모델이 읽는 텍스트입니다.</translation>
    </message>
    <message>
        <source>Weights are kept where this text needs them. Text of another kind than the later use gives a worse result.</source>
        <translation>가중치는 이 텍스트가 필요로 하는 곳에서 보존됩니다. 나중의 쓰임과 다른 종류의 텍스트는 결과를 나쁘게 합니다.</translation>
    </message>
    <message>
        <source>Text like the one that the model will see; without any, the model writes its own.</source>
        <translation>모델이 앞으로 볼 것과 비슷한 텍스트. 없으면 모델이 직접 씁니다.</translation>
    </message>
    <message>
        <source>Sequences and their length</source>
        <translation>시퀀스와 그 길이</translation>
    </message>
    <message>
        <source>How many pieces of calibration text are read, and how many tokens each has.</source>
        <translation>보정 텍스트를 몇 조각 읽고, 조각마다 토큰이 몇 개인지입니다.</translation>
    </message>
    <message>
        <source>Few sequences make noisy Hessians, which fit the calibration text and nothing else. Time grows in proportion.</source>
        <translation>시퀀스가 적으면 헤세 행렬에 잡음이 많아 보정 텍스트에만 맞게 됩니다. 시간은 비례해 늘어납니다.</translation>
    </message>
    <message>
        <source>128 sequences of 512 tokens and more for a result to keep; 8 for a try.</source>
        <translation>남길 결과라면 512토큰 시퀀스 128개 이상, 시험이라면 8개.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>시드</translation>
    </message>
    <message>
        <source>The number that all random choices begin from.</source>
        <translation>모든 무작위 선택이 시작되는 숫자입니다.</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same bytes, so that a result can be made again by anybody.</source>
        <translation>같은 시드, 같은 입력, 같은 장치는 같은 바이트를 냅니다. 그래서 누구나 결과를 다시 만들 수 있습니다.</translation>
    </message>
    <message>
        <source>Format of the result</source>
        <translation>결과의 형식</translation>
    </message>
    <message>
        <source>The kind of file that is written, and with it which programs can run it.</source>
        <translation>기록되는 파일의 종류이며, 어떤 프로그램이 그것을 실행할 수 있는지를 정합니다.</translation>
    </message>
    <message>
        <source>Not every format can hold every method&apos;s values; only those that can are offered.</source>
        <translation>모든 형식이 모든 방법의 값을 담을 수 있는 것은 아닙니다. 담을 수 있는 것만 보여 줍니다.</translation>
    </message>
    <message>
        <source>GGUF for llama.cpp, GPTQ for vLLM, Any-Precision for lookup tables, safetensors for anything that reads plain weights.</source>
        <translation>llama.cpp에는 GGUF, vLLM에는 GPTQ, 참조 표에는 Any-Precision, 보통 가중치를 읽는 모든 것에는 safetensors.</translation>
    </message>
    <message>
        <source>Blocks of a GGUF type</source>
        <translation>GGUF 유형의 블록</translation>
    </message>
    <message>
        <source>Types such as Q4_K cut a row into blocks of 32 or 256 weights. A block stores a scale, often a minimum, and small whole numbers.</source>
        <translation>Q4_K 같은 유형은 한 행을 32개 또는 256개 가중치의 블록으로 자릅니다. 블록은 스케일과, 흔히 최솟값과, 작은 정수들을 저장합니다.</translation>
    </message>
    <message>
        <source>The scale adapts to each block, so that one large weight spoils only its own neighbours. The scales are why Q4_K takes 4.5 bits and not 4.</source>
        <translation>스케일이 블록마다 맞춰지므로 큰 가중치 하나는 제 이웃만 망칩니다. Q4_K가 4가 아니라 4.5비트인 것은 스케일 때문입니다.</translation>
    </message>
    <message>
        <source>Q4_K_M is the usual choice, Q6_K is nearly lossless, IQ types squeeze below 3 bits.</source>
        <translation>Q4_K_M이 보통의 선택이고, Q6_K는 거의 손실이 없으며, IQ 유형은 3비트 아래로 줄입니다.</translation>
    </message>
    <message>
        <source>Importance matrix</source>
        <translation>중요도 행렬</translation>
    </message>
    <message>
        <source>For each input channel, how large its values are on a text. llama.cpp rounds important channels more carefully.</source>
        <translation>입력 채널마다 텍스트에서 값이 얼마나 큰지를 나타냅니다. llama.cpp는 중요한 채널을 더 조심해서 반올림합니다.</translation>
    </message>
    <message>
        <source>It is the diagonal of the Hessian: cheap and helpful, but blind to how channels work together.</source>
        <translation>헤세 행렬의 대각선입니다. 저렴하고 도움이 되지만, 채널들이 함께 작용하는 것은 보지 못합니다.</translation>
    </message>
    <message>
        <source>Size limit</source>
        <translation>크기 제한</translation>
    </message>
    <message>
        <source>An upper limit for the average bits per weight. Layers get more or fewer bits so that the loss is smallest under it.</source>
        <translation>평균 가중치당 비트의 상한입니다. 그 아래에서 손실이 가장 작도록 층마다 비트를 더 주거나 덜 줍니다.</translation>
    </message>
    <message>
        <source>Layers differ a lot in how much they suffer; equal bits for all waste size.</source>
        <translation>층마다 나빠지는 정도가 크게 다릅니다. 모두에게 같은 비트를 주면 크기를 낭비합니다.</translation>
    </message>
    <message>
        <source>A quarter of a bit above the next whole number often gives most of the gain.</source>
        <translation>다음 정수보다 4분의 1비트 위가 이득의 대부분을 주는 일이 많습니다.</translation>
    </message>
    <message>
        <source>Pareto front</source>
        <translation>파레토 전선</translation>
    </message>
    <message>
        <source>The results that no other result beats in both size and quality.</source>
        <translation>크기와 품질 모두에서 다른 결과에 지지 않는 결과들입니다.</translation>
    </message>
    <message>
        <source>Anything above the line can be made smaller at the same quality, or better at the same size.</source>
        <translation>선 위에 있는 것은 같은 품질에서 더 작게, 또는 같은 크기에서 더 좋게 만들 수 있습니다.</translation>
    </message>
    <message>
        <source>Damping and shrinkage</source>
        <translation>감쇠와 축소</translation>
    </message>
    <message>
        <source>A little is added to the Hessian&apos;s diagonal, or it is mixed with a simpler one, before the solver uses it.</source>
        <translation>해법이 쓰기 전에 헤세 행렬의 대각선에 조금 더하거나, 더 단순한 행렬과 섞습니다.</translation>
    </message>
    <message>
        <source>A Hessian measured on little text claims to know more than it does. Damping keeps the solver from believing it.</source>
        <translation>적은 텍스트로 측정한 헤세 행렬은 아는 것보다 더 아는 척합니다. 감쇠는 해법이 그것을 믿지 않게 합니다.</translation>
    </message>
    <message>
        <source>“auto” measures on held-out text which amount generalises best.</source>
        <translation>“auto”는 남겨 둔 텍스트에서 어느 양이 가장 잘 일반화되는지 측정합니다.</translation>
    </message>
    <message>
        <source>Objective</source>
        <translation>목적값</translation>
    </message>
    <message>
        <source>The number that the solver makes smaller: the error of a layer&apos;s output as its Hessian weighs it.</source>
        <translation>해법이 줄이는 숫자로, 층의 출력 오차를 헤세 행렬로 가중한 것입니다.</translation>
    </message>
    <message>
        <source>Half steps take turns: new codes for fixed codebooks, then new codebooks for fixed codes. Neither can make it larger.</source>
        <translation>반 단계가 번갈아 옵니다. 고정된 코드북에 새 코드, 그다음 고정된 코드에 새 코드북. 어느 쪽도 값을 키울 수 없습니다.</translation>
    </message>
    <message>
        <source>A steep fall in the first steps, then a flat line. A flat start means that the beginning was good already.</source>
        <translation>처음 몇 단계에서 가파르게 내려간 뒤 평평해집니다. 처음부터 평평하면 출발이 이미 좋았다는 뜻입니다.</translation>
    </message>
    <message>
        <source>Held-out error</source>
        <translation>남겨 둔 오차</translation>
    </message>
    <message>
        <source>The same error on calibration text that the Hessian has not seen.</source>
        <translation>헤세 행렬이 보지 않은 보정 텍스트에서의 같은 오차입니다.</translation>
    </message>
    <message>
        <source>If the objective falls and this one rises, the solver learns the text by heart: more text or more damping is needed.</source>
        <translation>목적값이 내려가는데 이것이 올라가면 해법이 텍스트를 외우는 것입니다. 텍스트나 감쇠가 더 필요합니다.</translation>
    </message>
    <message>
        <source>Relative error</source>
        <translation>상대 오차</translation>
    </message>
    <message>
        <source>A layer&apos;s error divided by what it would be if the layer were switched off.</source>
        <translation>층의 오차를 그 층을 껐을 때의 오차로 나눈 것입니다.</translation>
    </message>
    <message>
        <source>It can be compared between layers of different sizes. The layers with the largest share are where more bits help.</source>
        <translation>크기가 다른 층끼리 비교할 수 있습니다. 몫이 가장 큰 층에서 비트가 더 도움이 됩니다.</translation>
    </message>
    <message>
        <source>Below 1 % is very good, above 10 % is heard in the text.</source>
        <translation>1 % 아래는 아주 좋고, 10 %를 넘으면 글에서 느껴집니다.</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>퍼플렉시티</translation>
    </message>
    <message>
        <source>How surprised the model is by a text: 10 means that it hesitates between ten words on average.</source>
        <translation>모델이 텍스트에 얼마나 놀라는지입니다. 10이면 평균 열 단어 사이에서 망설인다는 뜻입니다.</translation>
    </message>
    <message>
        <source>The usual yardstick, but it averages gains and losses; a model can change a lot at the same perplexity.</source>
        <translation>흔히 쓰는 잣대지만 이득과 손실을 평균합니다. 퍼플렉시티가 같아도 모델은 크게 바뀔 수 있습니다.</translation>
    </message>
    <message>
        <source>A few hundredths above the original at 4 bits, a few tenths at 3.</source>
        <translation>4비트에서는 원본보다 백분의 몇, 3비트에서는 십분의 몇 정도 높습니다.</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 발산</translation>
    </message>
    <message>
        <source>How far the quantized model&apos;s expectations lie from the original&apos;s, token by token.</source>
        <translation>양자화된 모델의 예상이 원본의 예상에서 토큰마다 얼마나 떨어져 있는지입니다.</translation>
    </message>
    <message>
        <source>It measures faithfulness directly and is steadier than perplexity. The 99th percentile shows the worst tokens.</source>
        <translation>충실함을 직접 재며 퍼플렉시티보다 안정적입니다. 99백분위수는 가장 나쁜 토큰을 보여 줍니다.</translation>
    </message>
    <message>
        <source>Below 0.01 hardly anybody sees a difference; above 0.5 it is another model.</source>
        <translation>0.01 아래면 차이를 알아보기 어렵고, 0.5 위면 다른 모델입니다.</translation>
    </message>
    <message>
        <source>Top-1 agreement</source>
        <translation>최상위 일치율</translation>
    </message>
    <message>
        <source>The share of tokens at which both models would write the same next word.</source>
        <translation>두 모델이 다음 단어로 같은 것을 쓸 토큰의 비율입니다.</translation>
    </message>
    <message>
        <source>With a temperature of zero, this is how often the texts go on alike.</source>
        <translation>온도가 0이면 글이 똑같이 이어지는 빈도입니다.</translation>
    </message>
    <message>
        <source>Above 95 % at 4 bits.</source>
        <translation>4비트에서 95 % 이상.</translation>
    </message>
    <message>
        <source>Histogram of weights</source>
        <translation>가중치 히스토그램</translation>
    </message>
    <message>
        <source>How many of a tensor&apos;s weights have which value.</source>
        <translation>텐서의 가중치 중 몇 개가 어떤 값을 가지는지입니다.</translation>
    </message>
    <message>
        <source>A narrow bell with a few far outliers is typical. Outliers stretch equal steps, which is why codebooks help.</source>
        <translation>좁은 종 모양에 멀리 떨어진 값이 몇 개 있는 것이 보통입니다. 그런 값은 같은 간격을 늘리므로 코드북이 도움이 됩니다.</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>레시피</translation>
    </message>
    <message>
        <source>All settings of a run as a small JSON file. It is written into every result.</source>
        <translation>한 실행의 모든 설정을 담은 작은 JSON 파일입니다. 모든 결과에 기록됩니다.</translation>
    </message>
    <message>
        <source>Anybody can make the same bytes again, here or with bitloom-cli on a machine without a screen.</source>
        <translation>누구나 여기서, 또는 화면 없는 기계에서 bitloom-cli로 같은 바이트를 다시 만들 수 있습니다.</translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation>프로젝트 폴더</translation>
    </message>
    <message>
        <source>Where finished layers and the calibration are kept while a run is under way and afterwards.</source>
        <translation>실행하는 동안과 그 뒤에 끝난 층과 보정 결과를 두는 곳입니다.</translation>
    </message>
    <message>
        <source>A run that was stopped goes on after its last finished layer, and another number of bits needs no new calibration.</source>
        <translation>멈춘 실행은 마지막으로 끝난 층 다음부터 이어지고, 비트 수를 바꾸어도 보정을 새로 할 필요가 없습니다.</translation>
    </message>
    <message>
        <source>Device and precision</source>
        <translation>장치와 정밀도</translation>
    </message>
    <message>
        <source>Where calibration and solving are computed, and with how many digits the model is run.</source>
        <translation>보정과 풀이를 어디서 계산하고, 모델을 몇 자리로 실행하는지입니다.</translation>
    </message>
    <message>
        <source>A GPU is ten to a hundred times faster. Sums are kept in 32 bits in any case.</source>
        <translation>GPU는 열 배에서 백 배 빠릅니다. 합은 언제나 32비트로 유지합니다.</translation>
    </message>
    <message>
        <source>Automatic takes a GPU if there is one, and 16 bits only there.</source>
        <translation>자동은 GPU가 있으면 GPU를 쓰고, 그때만 16비트를 씁니다.</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 캐시</translation>
    </message>
    <message>
        <source>Keys and values of all earlier tokens, kept so that a new token need not read everything again.</source>
        <translation>새 토큰이 모든 것을 다시 읽지 않도록 보관하는, 앞선 모든 토큰의 키와 값입니다.</translation>
    </message>
    <message>
        <source>With a long context it grows larger than the weights. Keys and values can be quantized too, and old tokens dropped.</source>
        <translation>문맥이 길면 가중치보다 커집니다. 키와 값도 양자화할 수 있고, 오래된 토큰은 버릴 수 있습니다.</translation>
    </message>
    <message>
        <source>LogQuant</source>
        <translation>LogQuant</translation>
    </message>
    <message>
        <source>A KV cache that keeps recent tokens exactly, and of older ones ever fewer: their distances double. The rest takes 2 bits.</source>
        <translation>최근 토큰은 그대로 두고 오래될수록 더 성기게 남기는 KV 캐시입니다. 간격이 두 배씩 늘어나고, 나머지는 2비트입니다.</translation>
    </message>
    <message>
        <source>Attention falls with distance in the same manner, so what is dropped is what is rarely looked at.</source>
        <translation>어텐션도 거리에 따라 같은 식으로 줄어듭니다. 그래서 버려지는 것은 거의 보지 않는 것입니다.</translation>
    </message>
    <message>
        <source>Verification</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>The written file is loaded by llama.cpp itself, and its output is compared with the engine&apos;s.</source>
        <translation>기록된 파일을 llama.cpp가 직접 읽고, 그 출력을 엔진의 출력과 비교합니다.</translation>
    </message>
    <message>
        <source>A file is worth only what the program that runs it makes of it.</source>
        <translation>파일의 가치는 그것을 실행하는 프로그램이 무엇을 만들어 내느냐에 달려 있습니다.</translation>
    </message>
    <message>
        <source>The largest difference should be of the size of rounding errors.</source>
        <translation>가장 큰 차이가 반올림 오차 정도여야 합니다.</translation>
    </message>
    <message>
        <source>What:</source>
        <translation>무엇:</translation>
    </message>
    <message>
        <source>Why:</source>
        <translation>이유:</translation>
    </message>
    <message>
        <source>Good values:</source>
        <translation>좋은 값:</translation>
    </message>
    <message>
        <source>Paper:</source>
        <translation>논문:</translation>
    </message>
    <message>
        <source>What a cache keeps</source>
        <translation>캐시가 남기는 것</translation>
    </message>
    <message>
        <source>Sinks are a text&apos;s first tokens, recent ones its newest, logarithmic and heavy ones chosen in between. They stay exact; all others are packed into pages of few bits, or dropped. Waiting ones are given up, but their page is not complete yet.</source>
        <translation>싱크는 글의 첫 토큰들, 최근은 가장 새로운 토큰들이고, 로그와 중요 토큰은 그 사이에서 고른 것입니다. 이들은 정확하게 남고, 나머지는 적은 비트의 페이지로 묶이거나 버려집니다. 대기 중인 것은 포기되었지만 페이지가 아직 다 차지 않은 것입니다.</translation>
    </message>
    <message>
        <source>Much attention rests on the sinks and on the newest tokens, so that a small exact share carries most of it. The map of all heads tells how much.</source>
        <translation>어텐션의 많은 부분이 싱크와 최신 토큰에 놓이므로, 정확하게 남긴 작은 부분이 대부분을 감당합니다. 모든 헤드의 지도가 그 양을 보여 줍니다.</translation>
    </message>
    <message>
        <source>Well above half of the attention on what is exact, in most heads.</source>
        <translation>대부분의 헤드에서 정확하게 남은 것에 어텐션의 절반을 훨씬 넘게.</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>대기열</translation>
    </message>
    <message>
        <source>Runs that wait for each other, in the order of the list. It is kept when the studio ends, also by a power cut.</source>
        <translation>목록 순서대로 서로를 기다리는 실행들입니다. 정전을 포함해 스튜디오가 끝나도 보존됩니다.</translation>
    </message>
    <message>
        <source>Several outputs of one model need only one calibration, which is the slow part. Those with the same text, groups and device share it.</source>
        <translation>한 모델에서 여러 출력을 만들어도 가장 오래 걸리는 보정은 한 번이면 됩니다. 텍스트, 그룹, 장치가 같은 작업은 보정을 함께 씁니다.</translation>
    </message>
    <message>
        <source>A run that fails does not hold up the others; “Resume” goes on after its finished layers.</source>
        <translation>실패한 실행은 다른 실행을 막지 않습니다. “이어서 하기”는 끝난 층 다음부터 계속합니다.</translation>
    </message>
</context>
<context>
    <name>Lessons</name>
    <message>
        <source>&lt;p&gt;This lesson uses the demo model, a small one that really writes text: 135 million weights in 30 blocks.&lt;/p&gt;&lt;p&gt;Open it and look at its tensors. Those of the blocks are what is quantized.&lt;/p&gt;</source>
        <translation>&lt;p&gt;이 수업은 실제로 글을 쓰는 작은 데모 모델을 씁니다. 30개 블록에 가중치가 1억 3500만 개입니다.&lt;/p&gt;&lt;p&gt;열어서 텐서를 살펴보세요. 블록의 텐서가 양자화됩니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>데모 모델 열기</translation>
    </message>
    <message>
        <source>Set it up and run it</source>
        <translation>설정하고 실행</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>평가</translation>
    </message>
    <message>
        <source>What a bit costs</source>
        <translation>비트 하나의 값</translation>
    </message>
    <message>
        <source>Round the demo model to 4 bits and to 2, and read what is lost.</source>
        <translation>데모 모델을 4비트와 2비트로 반올림하고 무엇을 잃는지 읽습니다.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Plain rounding to 4 bits: each row&apos;s weights may take 16 values in equal steps. No text is needed, so it takes seconds.&lt;/p&gt;&lt;p&gt;In the estimate, look at &lt;b&gt;bits per weight&lt;/b&gt;: a little above 4, since the steps are stored too.&lt;/p&gt;</source>
        <translation>&lt;p&gt;4비트로 단순 반올림합니다. 각 행의 가중치는 같은 간격의 값 16개만 가질 수 있습니다. 텍스트가 필요 없어 몇 초면 됩니다.&lt;/p&gt;&lt;p&gt;예상에서 &lt;b&gt;가중치당 비트&lt;/b&gt;를 보세요. 간격도 저장되므로 4보다 조금 큽니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Both models now read the same text. Look at the &lt;b&gt;KL divergence&lt;/b&gt;: how far the rounded model&apos;s expectations lie from the original&apos;s. Remember the number.&lt;/p&gt;</source>
        <translation>&lt;p&gt;두 모델이 이제 같은 텍스트를 읽습니다. &lt;b&gt;KL 발산&lt;/b&gt;을 보세요. 반올림한 모델의 예상이 원본의 예상에서 얼마나 떨어져 있는지입니다. 이 숫자를 기억하세요.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The same with 2 bits. Only four values for each row are left.&lt;/p&gt;</source>
        <translation>&lt;p&gt;같은 것을 2비트로 합니다. 행마다 값이 네 개만 남습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Half the bits, but not twice the loss: the KL divergence is many times larger, and perplexity says that the model has become useless.&lt;/p&gt;</source>
        <translation>&lt;p&gt;비트는 절반이지만 손실은 두 배가 아닙니다. KL 발산은 몇 배나 크고, 퍼플렉시티는 모델이 쓸모없어졌다고 말합니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;With each bit that is taken away the steps double, and the squared error grows four times.&lt;/p&gt;&lt;p&gt;At 4 bits rounding is good enough. Below, it matters &lt;b&gt;which&lt;/b&gt; errors are made. The next lesson shows that.&lt;/p&gt;</source>
        <translation>&lt;p&gt;비트를 하나 뺄 때마다 간격은 두 배가 되고 제곱 오차는 네 배가 됩니다.&lt;/p&gt;&lt;p&gt;4비트에서는 반올림으로 충분합니다. 그 아래에서는 &lt;b&gt;어떤&lt;/b&gt; 오차를 내느냐가 중요합니다. 다음 수업에서 보여 줍니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Why the end loss matters</source>
        <translation>최종 손실이 중요한 이유</translation>
    </message>
    <message>
        <source>The same 2 bits with a plain and with a guided Hessian.</source>
        <translation>같은 2비트를 보통 헤세 행렬과 유도 헤세 행렬로.</translation>
    </message>
    <message>
        <source>&lt;p&gt;LNQ fits a codebook for every row, so that the layer&apos;s &lt;b&gt;output&lt;/b&gt; changes least. All outputs count alike.&lt;/p&gt;&lt;p&gt;It reads a little text first, which the model writes itself.&lt;/p&gt;</source>
        <translation>&lt;p&gt;LNQ는 층의 &lt;b&gt;출력&lt;/b&gt;이 가장 적게 바뀌도록 행마다 코드북을 맞춥니다. 모든 출력을 똑같이 봅니다.&lt;/p&gt;&lt;p&gt;먼저 모델이 직접 쓴 텍스트를 조금 읽습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Far better than rounding at the same size. Remember the KL divergence.&lt;/p&gt;</source>
        <translation>&lt;p&gt;같은 크기에서 반올림보다 훨씬 낫습니다. KL 발산을 기억하세요.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;GuidedQuant solves the same problem, but every output counts as much as the model&apos;s &lt;b&gt;loss&lt;/b&gt; depends on it.&lt;/p&gt;</source>
        <translation>&lt;p&gt;GuidedQuant는 같은 문제를 풀지만, 각 출력을 모델의 &lt;b&gt;손실&lt;/b&gt;이 그것에 의존하는 만큼 반영합니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;This map shows how much the end loss depends on each layer. Bright layers decide what the model says; dark ones may change without anybody noticing.&lt;/p&gt;&lt;p&gt;Double-click a layer to see its channels, or walk with the arrow keys.&lt;/p&gt;</source>
        <translation>&lt;p&gt;이 지도는 최종 손실이 층마다 얼마나 의존하는지 보여 줍니다. 밝은 층은 모델이 할 말을 정하고, 어두운 층은 바뀌어도 아무도 모릅니다.&lt;/p&gt;&lt;p&gt;층을 두 번 누르면 채널이 보이고, 화살표 키로 옮겨 다닐 수 있습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Same bits, same solver, same text: only the weighting differs. Compare the KL divergence with the one before.&lt;/p&gt;</source>
        <translation>&lt;p&gt;같은 비트, 같은 해법, 같은 텍스트이고 가중만 다릅니다. KL 발산을 앞의 것과 비교하세요.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Four short sequences are little; with 128 the guided Hessians are less noisy and the difference grows.&lt;/p&gt;</source>
        <translation>&lt;p&gt;짧은 시퀀스 네 개는 적습니다. 128개면 유도 헤세 행렬의 잡음이 줄고 차이가 커집니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>How LNQ descends</source>
        <translation>LNQ가 내려가는 방법</translation>
    </message>
    <message>
        <source>Watch codes and codebooks take turns, and an objective that never rises.</source>
        <translation>코드와 코드북이 번갈아 바뀌며 목적값이 결코 오르지 않는 것을 봅니다.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Quantize with 3 bits and watch the Run page while it works. Every layer that is finished gets the colour of its error.&lt;/p&gt;</source>
        <translation>&lt;p&gt;3비트로 양자화하면서 실행 페이지를 지켜보세요. 끝난 층은 오차에 따른 색을 얻습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Each line is a layer. A disc is a half step with new codes for fixed values, a square one with new values for fixed codes.&lt;/p&gt;&lt;p&gt;Each half step is the best answer to the other, so the line can only fall. Click a line, then walk along it with the arrow keys.&lt;/p&gt;</source>
        <translation>&lt;p&gt;선 하나가 층 하나입니다. 원은 고정된 값에 새 코드를 준 반 단계, 사각형은 고정된 코드에 새 값을 준 반 단계입니다.&lt;/p&gt;&lt;p&gt;각 반 단계는 다른 쪽에 대한 가장 좋은 답이므로 선은 내려가기만 합니다. 선을 누르고 화살표 키로 따라가 보세요.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The same for one row: pins are the values of the codebook, bars the row&apos;s weights. Move the slider to see them wander from the start to the end.&lt;/p&gt;</source>
        <translation>&lt;p&gt;행 하나에 대한 같은 그림입니다. 핀은 코드북의 값, 막대는 행의 가중치입니다. 막대를 움직여 시작부터 끝까지 옮겨 가는 것을 보세요.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The numbers in the boxes are relative errors. Layers that are hard at 3 bits stand out at once; these are the ones that deserve a fourth bit.&lt;/p&gt;</source>
        <translation>&lt;p&gt;상자 안의 숫자는 상대 오차입니다. 3비트에서 어려운 층이 바로 눈에 띕니다. 네 번째 비트를 받을 만한 층입니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Blocks of llama.cpp</source>
        <translation>llama.cpp의 블록</translation>
    </message>
    <message>
        <source>Look into one block of a GGUF file: scale, minimum, codes.</source>
        <translation>GGUF 파일의 블록 하나를 들여다봅니다. 스케일, 최솟값, 코드.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Write a GGUF file of the mix Q4_K_M. llama.cpp&apos;s K types cut every row into blocks of 256 weights, and those into 8 parts of 32.&lt;/p&gt;&lt;p&gt;Rows whose length 256 does not divide get another type.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Q4_K_M 혼합으로 GGUF 파일을 씁니다. llama.cpp의 K 유형은 행을 가중치 256개의 블록으로, 그것을 다시 32개씩 8부분으로 자릅니다.&lt;/p&gt;&lt;p&gt;길이가 256으로 나누어지지 않는 행은 다른 유형이 됩니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;One block: its weights, the small whole numbers that stand for them, and the scales and minima that they share.&lt;/p&gt;&lt;p&gt;Step to the next block with the buttons or keys. A block with one large weight has a large scale, and its small weights fall together; its neighbours are not touched.&lt;/p&gt;</source>
        <translation>&lt;p&gt;블록 하나입니다. 가중치, 그것을 대신하는 작은 정수, 그리고 함께 쓰는 스케일과 최솟값입니다.&lt;/p&gt;&lt;p&gt;단추나 키로 다음 블록으로 가 보세요. 큰 가중치가 있는 블록은 스케일이 커서 작은 가중치들이 한데 뭉칩니다. 이웃 블록은 영향을 받지 않습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Set it up and write</source>
        <translation>설정하고 쓰기</translation>
    </message>
    <message>
        <source>What LogQuant keeps</source>
        <translation>LogQuant가 남기는 것</translation>
    </message>
    <message>
        <source>Let the demo model write, and watch which tokens its key-value cache keeps exactly.</source>
        <translation>데모 모델이 글을 쓰게 하고, 키-값 캐시가 어떤 토큰을 정확하게 남기는지 지켜보세요.</translation>
    </message>
    <message>
        <source>&lt;p&gt;While it writes, the model keeps a key and a value of every token that it has read. First a cache that keeps all of them in 16 bits.&lt;/p&gt;&lt;p&gt;In the map, positions go to the right and steps go up. Everything has one colour: everything is kept.&lt;/p&gt;</source>
        <translation>&lt;p&gt;글을 쓰는 동안 모델은 읽은 모든 토큰의 키와 값을 보관합니다. 먼저 모두를 16비트로 남기는 캐시입니다.&lt;/p&gt;&lt;p&gt;지도에서 위치는 오른쪽으로, 단계는 위로 갑니다. 모두 한 가지 색입니다. 모두 남아 있습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;Now LogQuant with a small window. It keeps the first tokens, the newest ones, and between them ever fewer the older they are. All others go into pages of 2 bits.&lt;/p&gt;</source>
        <translation>&lt;p&gt;이제 작은 창을 쓰는 LogQuant입니다. 첫 토큰들과 최신 토큰들을 남기고, 그 사이에서는 오래될수록 더 적게 남깁니다. 나머지는 모두 2비트 페이지로 들어갑니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The bright columns at the left are the &lt;b&gt;sinks&lt;/b&gt;. The broad stripe along the diagonal is the &lt;b&gt;recent&lt;/b&gt; window; it moves with the text. Thin columns above it are &lt;b&gt;logarithmic&lt;/b&gt;: wherever one ends, every second of them was given up.&lt;/p&gt;&lt;p&gt;Click into the map and walk with the arrow keys. Each token is marked in the text, too.&lt;/p&gt;</source>
        <translation>&lt;p&gt;왼쪽의 밝은 열은 &lt;b&gt;싱크&lt;/b&gt;입니다. 대각선을 따라가는 넓은 띠는 &lt;b&gt;최근&lt;/b&gt; 창이며 글과 함께 움직입니다. 그 위의 가는 열은 &lt;b&gt;로그&lt;/b&gt;입니다. 하나가 끝나는 곳에서 둘 중 하나씩 포기되었습니다.&lt;/p&gt;&lt;p&gt;지도를 클릭하고 화살표 키로 다녀 보세요. 각 토큰은 글에서도 표시됩니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;The same steps, coloured by where this head looks. Compare the strip above with the bright columns: much attention rests on the very first token, which says little. That is why keeping the sinks exactly matters so much.&lt;/p&gt;</source>
        <translation>&lt;p&gt;같은 단계를 이 헤드가 보는 곳에 따라 색칠했습니다. 위의 띠를 밝은 열과 비교해 보세요. 별 뜻이 없는 맨 첫 토큰에 많은 어텐션이 놓입니다. 그래서 싱크를 정확하게 남기는 것이 그토록 중요합니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;All heads of all layers: the share of attention that falls on what is exact. Dark heads look at packed tokens.&lt;/p&gt;&lt;p&gt;Double-click one and write again to see its positions.&lt;/p&gt;</source>
        <translation>&lt;p&gt;모든 층의 모든 헤드: 정확하게 남은 것에 놓이는 어텐션의 몫입니다. 어두운 헤드는 묶인 토큰을 봅니다.&lt;/p&gt;&lt;p&gt;하나를 두 번 클릭하고 다시 쓰면 그 위치들을 볼 수 있습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;What both caches hold, against the length of the text. The line of LogQuant soon rises far more slowly: from there on, a token costs its 2 bits, and a share of scales.&lt;/p&gt;&lt;p&gt;Compare the two texts as well. Which words changed?&lt;/p&gt;</source>
        <translation>&lt;p&gt;글의 길이에 따라 두 캐시가 차지하는 양입니다. LogQuant의 선은 곧 훨씬 완만해집니다. 거기서부터 토큰 하나는 2비트와 스케일의 몫만 듭니다.&lt;/p&gt;&lt;p&gt;두 글도 비교해 보세요. 어떤 단어가 달라졌나요?&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>OpenedPath</name>
    <message>
        <source>“%1” has a config.json but no weights beside it; the download may be incomplete.</source>
        <translation>“%1”에 config.json은 있지만 가중치가 없습니다. 다운로드가 덜 끝났을 수 있습니다.</translation>
    </message>
    <message>
        <source>“%1” holds more than one model, for example “%2” and “%3”; open one of them.</source>
        <translation>“%1”에 모델이 둘 이상 있습니다. 예를 들어 “%2”와 “%3”입니다. 그중 하나를 여세요.</translation>
    </message>
    <message>
        <source>There is no model in the folder “%1”.</source>
        <translation>폴더 “%1”에 모델이 없습니다.</translation>
    </message>
    <message>
        <source>“%1” is too large to be a recipe.</source>
        <translation>“%1”은(는) 레시피라기에는 너무 큽니다.</translation>
    </message>
    <message>
        <source>“%1” is not valid JSON.</source>
        <translation>“%1”은(는) 올바른 JSON이 아닙니다.</translation>
    </message>
    <message>
        <source>“%1” is not a recipe: %2</source>
        <translation>“%1”은(는) 레시피가 아닙니다: %2</translation>
    </message>
    <message>
        <source>“%1” does not exist.</source>
        <translation>“%1”이(가) 없습니다.</translation>
    </message>
    <message>
        <source>“%1” cannot be read; its permissions forbid it.</source>
        <translation>“%1”을(를) 읽을 수 없습니다. 권한이 막고 있습니다.</translation>
    </message>
    <message>
        <source>“%1” is empty.</source>
        <translation>“%1”이(가) 비어 있습니다.</translation>
    </message>
    <message>
        <source>“%1” does not begin like a GGUF file; the download may be broken.</source>
        <translation>“%1”은(는) GGUF 파일처럼 시작하지 않습니다. 다운로드가 깨졌을 수 있습니다.</translation>
    </message>
    <message>
        <source>“%1” alone is not a whole model: its folder has no config.json.</source>
        <translation>“%1”만으로는 모델이 아닙니다. 폴더에 config.json이 없습니다.</translation>
    </message>
    <message>
        <source>“%1” is no model.</source>
        <translation>“%1”은(는) 모델이 아닙니다.</translation>
    </message>
    <message>
        <source>Bitloom opens a model folder (config.json with .safetensors files), a .gguf file, a project folder, a recipe or a cache configuration (.json).</source>
        <translation>Bitloom은 모델 폴더(.safetensors 파일과 config.json), .gguf 파일, 프로젝트 폴더, 레시피 또는 캐시 구성(.json)을 엽니다.</translation>
    </message>
</context>
<context>
    <name>Positions</name>
    <message>
        <source>sink</source>
        <translation>싱크</translation>
    </message>
    <message>
        <source>recent</source>
        <translation>최근</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>로그</translation>
    </message>
    <message>
        <source>heavy</source>
        <translation>중요</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>대기</translation>
    </message>
    <message>
        <source>packed (%1 bit)</source>
        <translation>묶임(%1비트)</translation>
    </message>
    <message>
        <source>packed</source>
        <translation>묶임</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>버려짐</translation>
    </message>
</context>
<context>
    <name>QueuedJob</name>
    <message>
        <source>Demo model</source>
        <translation>데모 모델</translation>
    </message>
    <message>
        <source>GGUF of %1 bits</source>
        <translation>%1비트 GGUF</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1비트</translation>
    </message>
    <message>
        <source>GGUF %1</source>
        <translation>GGUF %1</translation>
    </message>
    <message>
        <source>… queued</source>
        <translation>… 대기</translation>
    </message>
    <message>
        <source>▶ running</source>
        <translation>▶ 실행 중</translation>
    </message>
    <message>
        <source>‖ pausing</source>
        <translation>‖ 정지하는 중</translation>
    </message>
    <message>
        <source>‖ paused</source>
        <translation>‖ 일시 정지</translation>
    </message>
    <message>
        <source>■ stopping</source>
        <translation>■ 멈추는 중</translation>
    </message>
    <message>
        <source>✕ failed</source>
        <translation>✕ 실패</translation>
    </message>
    <message>
        <source>✓ done</source>
        <translation>✓ 완료</translation>
    </message>
</context>
<context>
    <name>RunFields</name>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>That was quantized.</source>
        <translation>양자화한 모델.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>The rule by which weights get their values.</source>
        <translation>가중치가 값을 얻는 규칙.</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>비트</translation>
    </message>
    <message>
        <source>Of a weight&apos;s code; what codebooks or scales take comes on top.</source>
        <translation>가중치 코드의 비트. 코드북이나 스케일이 차지하는 것은 따로 더해집니다.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>Of the file.</source>
        <translation>파일의 형식.</translation>
    </message>
    <message>
        <source>GGUF type</source>
        <translation>GGUF 형식</translation>
    </message>
    <message>
        <source>The type or mix of types that was asked for.</source>
        <translation>요청한 형식 또는 형식의 조합.</translation>
    </message>
    <message>
        <source>Size budget</source>
        <translation>크기 한도</translation>
    </message>
    <message>
        <source>Under which types were chosen.</source>
        <translation>형식을 고를 때의 한도.</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1비트</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>그룹</translation>
    </message>
    <message>
        <source>Of output channels, each with a guided Hessian of its own.</source>
        <translation>출력 채널의 그룹. 그룹마다 유도된 헤시안이 따로 있습니다.</translation>
    </message>
    <message>
        <source>Parameter of the method.</source>
        <translation>방법의 매개변수.</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>보정 텍스트</translation>
    </message>
    <message>
        <source>On which Hessians were gathered.</source>
        <translation>헤시안을 모은 텍스트.</translation>
    </message>
    <message>
        <source>written by the model</source>
        <translation>모델이 씀</translation>
    </message>
    <message>
        <source>Sequences</source>
        <translation>시퀀스</translation>
    </message>
    <message>
        <source>Of calibration text, and how many tokens each has.</source>
        <translation>보정 텍스트의 시퀀스 수와 각각의 토큰 수.</translation>
    </message>
    <message>
        <source>Importances</source>
        <translation>중요도</translation>
    </message>
    <message>
        <source>Of columns, that ggml&apos;s quantizer was given.</source>
        <translation>ggml 양자화기에 준 열의 중요도.</translation>
    </message>
    <message>
        <source>Tuning</source>
        <translation>조정</translation>
    </message>
    <message>
        <source>Passes over the calibration text in which all layers were tuned together.</source>
        <translation>모든 층을 함께 조정하며 보정 텍스트를 지난 횟수.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>시드</translation>
    </message>
    <message>
        <source>Of everything that is drawn.</source>
        <translation>무작위로 뽑는 모든 것의 시드.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>장치</translation>
    </message>
    <message>
        <source>Where the run computed.</source>
        <translation>실행이 계산한 곳.</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>정밀도</translation>
    </message>
    <message>
        <source>In which the model was run for calibration.</source>
        <translation>보정할 때 모델을 실행한 정밀도.</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>알 수 없음</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Of all files of the model.</source>
        <translation>모델의 모든 파일.</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>가중치당 비트</translation>
    </message>
    <message>
        <source>Of the quantized layers, codebooks and scales counted in.</source>
        <translation>코드북과 스케일을 포함한 양자화된 층.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Of the whole run.</source>
        <translation>전체 실행 시간.</translation>
    </message>
    <message>
        <source>Time of calibration</source>
        <translation>보정 시간</translation>
    </message>
    <message>
        <source>0 where an earlier run&apos;s was used.</source>
        <translation>이전 실행의 보정을 썼다면 0.</translation>
    </message>
    <message>
        <source>Time of solving</source>
        <translation>풀이 시간</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>최대 메모리</translation>
    </message>
    <message>
        <source>Of the engine while it ran.</source>
        <translation>실행 중 엔진이 쓴 메모리.</translation>
    </message>
    <message>
        <source>not evaluated</source>
        <translation>평가하지 않음</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>퍼플렉시티</translation>
    </message>
    <message>
        <source>On a text that it has not seen. Lower is better.</source>
        <translation>본 적 없는 텍스트에서. 낮을수록 좋습니다.</translation>
    </message>
    <message>
        <source>KL divergence, mean</source>
        <translation>KL 발산, 평균</translation>
    </message>
    <message>
        <source>How far predictions are from the original&apos;s, in nats per token. 0 is the same.</source>
        <translation>예측이 원본의 예측에서 얼마나 먼지, 토큰당 nat. 0이면 같습니다.</translation>
    </message>
    <message>
        <source>KL divergence, median</source>
        <translation>KL 발산, 중앙값</translation>
    </message>
    <message>
        <source>Half of the tokens lie below.</source>
        <translation>토큰의 절반이 이보다 작습니다.</translation>
    </message>
    <message>
        <source>KL divergence, 99 %</source>
        <translation>KL 발산, 99 %</translation>
    </message>
    <message>
        <source>Of a hundred tokens one lies above.</source>
        <translation>토큰 백 개 중 하나가 이보다 큽니다.</translation>
    </message>
    <message>
        <source>KL divergence, largest</source>
        <translation>KL 발산, 최댓값</translation>
    </message>
    <message>
        <source>Of a single token.</source>
        <translation>한 토큰의 값.</translation>
    </message>
    <message>
        <source>Same top token</source>
        <translation>같은 최상위 토큰</translation>
    </message>
    <message>
        <source>How often the most probable token is the original&apos;s.</source>
        <translation>가장 확률이 높은 토큰이 원본과 같은 비율.</translation>
    </message>
    <message>
        <source>Tokens evaluated</source>
        <translation>평가한 토큰</translation>
    </message>
    <message>
        <source>Figures of different texts cannot be compared.</source>
        <translation>서로 다른 텍스트의 수치는 비교할 수 없습니다.</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>측정 안 됨</translation>
    </message>
    <message>
        <source>Perplexity in llama.cpp</source>
        <translation>llama.cpp의 퍼플렉서티</translation>
    </message>
    <message>
        <source>Measured by “Verify in llama.cpp”.</source>
        <translation>“llama.cpp에서 검증”으로 측정.</translation>
    </message>
    <message>
        <source>KL divergence in llama.cpp</source>
        <translation>llama.cpp의 KL 발산</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 토큰/초</translation>
    </message>
    <message>
        <source>Reading in llama.cpp</source>
        <translation>llama.cpp에서 읽기</translation>
    </message>
    <message>
        <source>Of a prompt.</source>
        <translation>프롬프트를 읽는 속도.</translation>
    </message>
    <message>
        <source>Writing in llama.cpp</source>
        <translation>llama.cpp에서 쓰기</translation>
    </message>
    <message>
        <source>One token after another.</source>
        <translation>토큰을 하나씩 쓰는 속도.</translation>
    </message>
</context>
<context>
    <name>Text</name>
    <message>
        <source>Change the setting that the message names and try again.</source>
        <translation>메시지에 나온 설정을 바꾸고 다시 해 보세요.</translation>
    </message>
    <message>
        <source>The file is damaged or incomplete: fetch it again, or choose another one.</source>
        <translation>파일이 손상되었거나 불완전합니다. 다시 받거나 다른 것을 고르세요.</translation>
    </message>
    <message>
        <source>Check that the file or folder is still there and that its drive is mounted.</source>
        <translation>파일이나 폴더가 아직 있는지, 드라이브가 연결되어 있는지 확인하세요.</translation>
    </message>
    <message>
        <source>Choose a model of the Llama, Mistral, Qwen2 or Qwen3 family, or another format.</source>
        <translation>Llama, Mistral, Qwen2, Qwen3 계열의 모델이나 다른 형식을 고르세요.</translation>
    </message>
    <message>
        <source>Check free space and permissions of the folder, or choose another output; finished layers are kept, so resume continues.</source>
        <translation>폴더의 빈 공간과 권한을 확인하거나 다른 출력을 고르세요. 끝난 층은 남아 있으므로 다시 시작하면 이어집니다.</translation>
    </message>
    <message>
        <source>Use fewer or shorter sequences, fewer groups, or the CPU instead of a small GPU; finished layers are kept.</source>
        <translation>시퀀스를 줄이거나 짧게 하고, 그룹을 줄이거나, 작은 GPU 대신 CPU를 쓰세요. 끝난 층은 남아 있습니다.</translation>
    </message>
    <message>
        <source>Finished layers are kept; resume continues after them.</source>
        <translation>끝난 층은 남아 있습니다. 다시 시작하면 그다음부터 이어집니다.</translation>
    </message>
    <message>
        <source>Copy the report and file a bug; finished layers are kept, so resume continues.</source>
        <translation>보고서를 복사해 버그를 알려 주세요. 끝난 층은 남아 있으므로 다시 시작하면 이어집니다.</translation>
    </message>
</context>
<context>
    <name>bitloom</name>
    <message>
        <source>scalar</source>
        <translation>스칼라</translation>
    </message>
</context>
<context>
    <name>bitloom::AboutDialog</name>
    <message>
        <source>About Bitloom</source>
        <translation>Bitloom 정보</translation>
    </message>
    <message>
        <source>Version %1 · engine %2 · Qt %3</source>
        <translation>버전 %1 · 엔진 %2 · Qt %3</translation>
    </message>
    <message>
        <source>not running</source>
        <translation>실행 중이 아님</translation>
    </message>
    <message>
        <source>Bitloom</source>
        <translation>Bitloom</translation>
    </message>
    <message>
        <source>A desktop studio that quantizes large language models.</source>
        <translation>대규모 언어 모델을 양자화하는 데스크톱 스튜디오입니다.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Bitloom is free software: you may use, study, share and change it under the terms of the &lt;b&gt;GNU General Public License, version 3 or later&lt;/b&gt;. It comes without any warranty.&lt;/p&gt;&lt;p&gt;The text of the licence is in the file LICENSE of the source and at &lt;a href=&quot;https://www.gnu.org/licenses/gpl-3.0.html&quot;&gt;gnu.org/licenses&lt;/a&gt;.&lt;/p&gt;&lt;p&gt;A model that you quantize keeps its own licence.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Bitloom은 자유 소프트웨어입니다. &lt;b&gt;GNU 일반 공중 사용 허가서 버전 3 이상&lt;/b&gt;의 조건에 따라 사용하고, 연구하고, 나누고, 고칠 수 있습니다. 어떤 보증도 없습니다.&lt;/p&gt;&lt;p&gt;허가서 전문은 소스의 LICENSE 파일과 &lt;a href=&quot;https://www.gnu.org/licenses/gpl-3.0.html&quot;&gt;gnu.org/licenses&lt;/a&gt;에 있습니다.&lt;/p&gt;&lt;p&gt;양자화한 모델은 원래의 라이선스를 유지합니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>라이선스</translation>
    </message>
    <message>
        <source>Qt 6 (LGPL-3.0): windows and drawing</source>
        <translation>Qt 6 (LGPL-3.0): 창과 그리기</translation>
    </message>
    <message>
        <source>QCustomPlot (GPL-3.0 or later): plots</source>
        <translation>QCustomPlot (GPL-3.0 이상): 그래프</translation>
    </message>
    <message>
        <source>libtorch (BSD-3-Clause): tensors, in the engine</source>
        <translation>libtorch (BSD-3-Clause): 텐서, 엔진 안</translation>
    </message>
    <message>
        <source>llama.cpp and ggml (MIT): GGUF, tokenizers, block types, in the engine</source>
        <translation>llama.cpp와 ggml (MIT): GGUF, 토크나이저, 블록 유형, 엔진 안</translation>
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
        <translation>데모 모델 SmolLM2-135M-Instruct (Apache-2.0)</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>라이브러리</translation>
    </message>
    <message>
        <source>&lt;p&gt;The engine has not told its methods yet.&lt;/p&gt;</source>
        <translation>&lt;p&gt;엔진이 아직 방법을 알려 주지 않았습니다.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Methods and papers</source>
        <translation>방법과 논문</translation>
    </message>
</context>
<context>
    <name>bitloom::AttentionMap</name>
    <message>
        <source>Attention of a head</source>
        <translation>한 헤드의 어텐션</translation>
    </message>
    <message>
        <source>While a model writes, each step is drawn here: how much of its attention falls on each position.</source>
        <translation>모델이 글을 쓰는 동안 각 단계가 여기에 그려집니다. 각 위치에 어텐션이 얼마나 놓이는지 보여 줍니다.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic colours</source>
        <translation>로그 색(&amp;L)</translation>
    </message>
    <message>
        <source>Attention of layer %1, head %2</source>
        <translation>층 %1, 헤드 %2의 어텐션</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Step %1, %2: %3 of the attention, %4</source>
        <translation>단계 %1, %2: 어텐션의 %3, %4</translation>
    </message>
</context>
<context>
    <name>bitloom::BlockPanel</name>
    <message>
        <source>Tensor</source>
        <translation>텐서</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>행</translation>
    </message>
    <message>
        <source>row </source>
        <translation>행 </translation>
    </message>
    <message>
        <source>Block of the row</source>
        <translation>행의 블록</translation>
    </message>
    <message>
        <source>block </source>
        <translation>블록 </translation>
    </message>
    <message>
        <source>The file has no tensor that is stored in blocks.</source>
        <translation>파일에 블록으로 저장된 텐서가 없습니다.</translation>
    </message>
    <message>
        <source> of %1</source>
        <translation> / %1</translation>
    </message>
</context>
<context>
    <name>bitloom::BlockView</name>
    <message>
        <source>Block of a row</source>
        <translation>행의 블록</translation>
    </message>
    <message>
        <source>Pick a tensor of a GGUF result to see the codes, scales and minima of its blocks, by ggml&apos;s own rounding and in the file.</source>
        <translation>GGUF 결과의 텐서를 고르면 ggml이 직접 반올림한 것과 파일에 있는 것으로 블록의 코드, 스케일, 최솟값을 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>&amp;Next block</source>
        <translation>다음 블록(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Previous block</source>
        <translation>이전 블록(&amp;P)</translation>
    </message>
    <message>
        <source>Next &amp;row</source>
        <translation>다음 행(&amp;R)</translation>
    </message>
    <message>
        <source>Row &amp;before</source>
        <translation>이전 행(&amp;B)</translation>
    </message>
    <message>
        <source>%1, row %2, block %3 of %4, %5</source>
        <translation>%1, 행 %2, 블록 %3 / %4, %5</translation>
    </message>
    <message>
        <source>scale</source>
        <translation>스케일</translation>
    </message>
    <message>
        <source>minimum</source>
        <translation>최솟값</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>ggml&apos;s own</source>
        <translation>ggml 자체</translation>
    </message>
    <message>
        <source>in the file</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>%1 of %2 codes differ</source>
        <translation>코드 %2개 중 %1개가 다름</translation>
    </message>
    <message>
        <source>in file</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>ggml&apos;s</source>
        <translation>ggml</translation>
    </message>
    <message>
        <source>Column %1: weight %2; </source>
        <translation>열 %1: 가중치 %2; </translation>
    </message>
    <message>
        <source>ggml&apos;s own %1, in the file %2</source>
        <translation>ggml 자체 %1, 파일 %2</translation>
    </message>
    <message>
        <source>ggml&apos;s own code %1 is %2, in the file code %3 is %4</source>
        <translation>ggml 자체 코드 %1은(는) %2, 파일의 코드 %3은(는) %4</translation>
    </message>
    <message>
        <source>; scale %1</source>
        <translation>; 스케일 %1</translation>
    </message>
    <message>
        <source>; minimum %1</source>
        <translation>; 최솟값 %1</translation>
    </message>
    <message>
        <source>; importance %1</source>
        <translation>; 중요도 %1</translation>
    </message>
</context>
<context>
    <name>bitloom::CacheBytesPlot</name>
    <message>
        <source>Bytes of the caches</source>
        <translation>캐시의 바이트</translation>
    </message>
    <message>
        <source>The bytes of each cache that writes are drawn here against the length of the text.</source>
        <translation>글을 쓰는 각 캐시의 바이트가 글의 길이에 따라 여기에 그려집니다.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>tokens in the cache</source>
        <translation>캐시의 토큰</translation>
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
        <translation>값</translation>
    </message>
    <message>
        <source>keys</source>
        <translation>키</translation>
    </message>
    <message>
        <source>%1, at %2 tokens %3 and %4</source>
        <translation>%1, 토큰 %2개에서 %3 및 %4</translation>
    </message>
    <message>
        <source>%1 keys %2, values %3</source>
        <translation>%1 키 %2, 값 %3</translation>
    </message>
    <message>
        <source>%1 tokens: %2</source>
        <translation>토큰 %1개: %2</translation>
    </message>
</context>
<context>
    <name>bitloom::CacheForm</name>
    <message>
        <source>Text</source>
        <translation>글</translation>
    </message>
    <message>
        <source>Explain in a few sentences why the sky is blue.</source>
        <translation>하늘이 왜 파란지 몇 문장으로 설명해 주세요.</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>프롬프트(&amp;P)</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>What the text starts with, or what is asked. A long one shows best what a cache keeps.</source>
        <translation>글의 시작이나 물음입니다. 길수록 캐시가 무엇을 남기는지 잘 보입니다.</translation>
    </message>
    <message>
        <source>As a &amp;question to the model</source>
        <translation>모델에게 하는 질문으로(&amp;Q)</translation>
    </message>
    <message>
        <source>Puts the prompt into the model&apos;s chat template. Without it, the model goes on with the text.</source>
        <translation>프롬프트를 모델의 대화 템플릿에 넣습니다. 넣지 않으면 모델이 글을 이어 씁니다.</translation>
    </message>
    <message>
        <source>&amp;Tokens</source>
        <translation>토큰(&amp;T)</translation>
    </message>
    <message>
        <source>So many are written at most.</source>
        <translation>최대 이만큼 씁니다.</translation>
    </message>
    <message>
        <source>Te&amp;mperature</source>
        <translation>온도(&amp;M)</translation>
    </message>
    <message>
        <source>0 takes the most probable token each time; 1 draws as the model predicts.</source>
        <translation>0은 매번 가장 그럴듯한 토큰을 고르고, 1은 모델의 예측대로 뽑습니다.</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>시드(&amp;E)</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same text.</source>
        <translation>같은 시드, 입력, 장치는 같은 글을 냅니다.</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>캐시</translation>
    </message>
    <message>
        <source>M&amp;ethod</source>
        <translation>방법(&amp;E)</translation>
    </message>
    <message>
        <source>How keys and values are kept. The list comes from the engine&apos;s plugins.</source>
        <translation>키와 값을 보관하는 방법. 목록은 엔진의 플러그인에서 옵니다.</translation>
    </message>
    <message>
        <source>Written by %1</source>
        <translation>%1 모델이 씁니다</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>열린 모델이 없습니다.</translation>
    </message>
    <message>
        <source>Open a model first; the demo model will do.</source>
        <translation>먼저 모델을 여세요. 데모 모델이면 충분합니다.</translation>
    </message>
    <message>
        <source>This engine has no key-value caches; an engine of this studio&apos;s version has.</source>
        <translation>이 엔진에는 키-값 캐시가 없습니다. 이 스튜디오와 같은 버전의 엔진에는 있습니다.</translation>
    </message>
    <message>
        <source>The engine is not ready yet.</source>
        <translation>엔진이 아직 준비되지 않았습니다.</translation>
    </message>
    <message>
        <source>Write a prompt first.</source>
        <translation>먼저 프롬프트를 쓰세요.</translation>
    </message>
    <message>
        <source>Configuration &amp;file…</source>
        <translation>구성 파일(&amp;F)…</translation>
    </message>
    <message>
        <source>Takes a method, its parameters and what calibration found for each layer from a file that “bitloom-cli kv --save-configuration” wrote. Such a file can also be dropped on the window.</source>
        <translation>“bitloom-cli kv --save-configuration”이 쓴 파일에서 방법, 매개변수, 그리고 보정이 각 층에 대해 찾은 값을 가져옵니다. 이런 파일은 창에 끌어다 놓을 수도 있습니다.</translation>
    </message>
    <message>
        <source>Without the configuration</source>
        <translation>구성 없이</translation>
    </message>
    <message>
        <source>Write without what the configuration file found</source>
        <translation>구성 파일의 내용 없이 쓰기</translation>
    </message>
    <message>
        <source>Configuration of a cache</source>
        <translation>캐시 구성</translation>
    </message>
    <message>
        <source>Cache configurations (*.json);;All files (*)</source>
        <translation>캐시 구성 (*.json);;모든 파일 (*)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Sa&amp;ve…</source>
        <translation>저장(&amp;V)…</translation>
    </message>
    <message>
        <source>Keeps the configuration as a file for later, for “bitloom-cli” and beside an exported model</source>
        <translation>구성을 파일로 보관합니다: 나중에 쓰거나, “bitloom-cli”에 쓰거나, 내보낸 모델 옆에 두기 위해</translation>
    </message>
    <message>
        <source>Ca&amp;librate</source>
        <translation>보정(&amp;L)</translation>
    </message>
    <message>
        <source>Finds what the method needs for this model, on text that the model writes itself, and uses it as a configuration from then on. Stop ends it.</source>
        <translation>모델이 스스로 쓴 텍스트에서 이 방법이 이 모델에 필요로 하는 값을 찾고, 그때부터 구성으로 사용합니다. 중지로 끝낼 수 있습니다.</translation>
    </message>
    <message>
        <source> bits for each number</source>
        <translation> 비트/수</translation>
    </message>
    <message>
        <source>without a budget</source>
        <translation>예산 없음</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>예산</translation>
    </message>
    <message>
        <source>How many bits each key and value may take, metadata and exact tokens counted, at 1024 tokens. “Guided” and “AsymKV” share such a budget out; other methods keep as many tokens exactly as it allows.</source>
        <translation>1024 토큰에서 메타데이터와 정확히 유지되는 토큰까지 포함하여 각 키와 값이 차지할 수 있는 비트 수입니다. “Guided”와 “AsymKV”는 이 예산을 나누어 쓰고, 다른 방법은 예산이 허락하는 만큼의 토큰을 정확히 유지합니다.</translation>
    </message>
    <message>
        <source>Save the configuration</source>
        <translation>구성 저장</translation>
    </message>
</context>
<context>
    <name>bitloom::CodebookPlot</name>
    <message>
        <source>Codebook</source>
        <translation>코드북</translation>
    </message>
    <message>
        <source>No codebook yet. While a layer is solved, one row&apos;s weights and its levels move here; pick a layer in the strip.</source>
        <translation>아직 코드북이 없습니다. 층을 푸는 동안 한 행의 가중치와 값이 여기서 움직입니다. 띠에서 층을 고르세요.</translation>
    </message>
    <message>
        <source>Codebook of %1, row %2</source>
        <translation>%1의 코드북, 행 %2</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation>구간당 가중치</translation>
    </message>
    <message>
        <source>start</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>단계 %1</translation>
    </message>
    <message>
        <source>level, with its count above</source>
        <translation>값, 위는 개수</translation>
    </message>
    <message>
        <source>step %1, %2</source>
        <translation>단계 %1, %2</translation>
    </message>
    <message>
        <source>Level %1 of %2: %3</source>
        <translation>값 %1 / %2: %3</translation>
    </message>
    <message>
        <source>, %1 weights</source>
        <translation>, 가중치 %1개</translation>
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
        <translation>해법의 단계</translation>
    </message>
    <message>
        <source>Half steps of the solver; at the right end the view follows the newest</source>
        <translation>해법의 반 단계. 오른쪽 끝에서는 가장 새로운 것을 따라갑니다</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>재생</translation>
    </message>
    <message>
        <source>Replay all steps</source>
        <translation>모든 단계 재생</translation>
    </message>
    <message>
        <source>Plays all steps from the start</source>
        <translation>모든 단계를 처음부터 재생합니다</translation>
    </message>
    <message>
        <source>R&amp;ow</source>
        <translation>행(&amp;O)</translation>
    </message>
    <message>
        <source>Output row</source>
        <translation>출력 행</translation>
    </message>
    <message>
        <source>no steps</source>
        <translation>단계 없음</translation>
    </message>
    <message>
        <source>step %1 of %2, %3</source>
        <translation>단계 %1 / %2, %3</translation>
    </message>
</context>
<context>
    <name>bitloom::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>명령</translation>
    </message>
    <message>
        <source>Type what you want to do</source>
        <translation>하려는 일을 입력하세요</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>명령 찾기</translation>
    </message>
    <message>
        <source>Matching commands</source>
        <translation>맞는 명령</translation>
    </message>
</context>
<context>
    <name>bitloom::ComparePage</name>
    <message>
        <source> – about %1 left</source>
        <translation> – 약 %1 남음</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Runs to compare</source>
        <translation>비교할 실행</translation>
    </message>
    <message>
        <source>Finished runs; those with a tick are compared. The space bar ticks.</source>
        <translation>끝난 실행. 표시한 것을 비교합니다. 스페이스 키로 표시합니다.</translation>
    </message>
    <message>
        <source>Add a project folder…</source>
        <translation>프로젝트 폴더 추가…</translation>
    </message>
    <message>
        <source>&amp;Differences only</source>
        <translation>차이만(&amp;D)</translation>
    </message>
    <message>
        <source>Leaves out the lines in which all runs are the same.</source>
        <translation>모든 실행이 같은 줄은 뺍니다.</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>평가</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>텍스트</translation>
    </message>
    <message>
        <source>Sample text of Bitloom</source>
        <translation>Bitloom의 예시 텍스트</translation>
    </message>
    <message>
        <source>Another text file…</source>
        <translation>다른 텍스트 파일…</translation>
    </message>
    <message>
        <source>Number of windows</source>
        <translation>창의 수</translation>
    </message>
    <message>
        <source>all</source>
        <translation>모두</translation>
    </message>
    <message>
        <source> windows</source>
        <translation> 창</translation>
    </message>
    <message>
        <source>Evaluate those without figures</source>
        <translation>수치가 없는 것 평가</translation>
    </message>
    <message>
        <source>Evaluate all on this text</source>
        <translation>이 텍스트로 모두 평가</translation>
    </message>
    <message>
        <source>Progress of the evaluation</source>
        <translation>평가의 진행</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>보고서 저장…</translation>
    </message>
    <message>
        <source>A web page with the table and all plots in one file.</source>
        <translation>표와 모든 그래프를 한 파일에 담은 웹 페이지.</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>표 저장…</translation>
    </message>
    <message>
        <source>All figures as CSV, a line for each run.</source>
        <translation>모든 수치를 CSV로, 실행마다 한 줄.</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>비교 저장</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>웹 페이지 (*.html)</translation>
    </message>
    <message>
        <source>Save the table</source>
        <translation>표 저장</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>표 (*.csv)</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>아직 비교할 것이 없습니다</translation>
    </message>
    <message>
        <source>Tick finished runs at the left, or drop their project folders here. Each gets a column.</source>
        <translation>왼쪽에서 끝난 실행을 표시하거나 프로젝트 폴더를 여기에 놓으세요. 실행마다 열이 하나 생깁니다.</translation>
    </message>
    <message>
        <source>Views of the comparison</source>
        <translation>비교 보기</translation>
    </message>
    <message>
        <source>Runs side by side</source>
        <translation>나란히 놓은 실행</translation>
    </message>
    <message>
        <source>Size against KL divergence</source>
        <translation>크기 대 KL 발산</translation>
    </message>
    <message>
        <source>None of the runs has been evaluated against its original. “Evaluate” measures them on the same text.</source>
        <translation>원본과 견주어 평가한 실행이 없습니다. “평가”가 같은 텍스트로 측정합니다.</translation>
    </message>
    <message>
        <source>mean KL divergence, nats per token</source>
        <translation>평균 KL 발산, 토큰당 nat</translation>
    </message>
    <message>
        <source>no other run is smaller and better</source>
        <translation>더 작으면서 나은 실행이 없음</translation>
    </message>
    <message>
        <source>other runs</source>
        <translation>다른 실행</translation>
    </message>
    <message>
        <source>mean KL divergence %1</source>
        <translation>평균 KL 발산 %1</translation>
    </message>
    <message>
        <source>Run that the others are compared with</source>
        <translation>다른 실행과 비교할 기준 실행</translation>
    </message>
    <message>
        <source>Size that is compared</source>
        <translation>비교할 크기</translation>
    </message>
    <message>
        <source>Files of unpacked weights have one size at all bits; those for llama.cpp and Any-Precision are as small as their bits.</source>
        <translation>풀어 놓은 가중치 파일은 비트와 관계없이 크기가 같고, llama.cpp와 Any-Precision용 파일은 비트만큼 작습니다.</translation>
    </message>
    <message>
        <source>by bits per weight</source>
        <translation>가중치당 비트로</translation>
    </message>
    <message>
        <source>by size of the file</source>
        <translation>파일 크기로</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>수치</translation>
    </message>
    <message>
        <source>Size and KL</source>
        <translation>크기와 KL</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 발산</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>층</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>나란히</translation>
    </message>
    <message>
        <source>%1: this run is not finished, so that there is nothing to compare yet</source>
        <translation>%1: 아직 끝나지 않은 실행이라 비교할 것이 없습니다</translation>
    </message>
    <message>
        <source>%1, %2 bits, finished</source>
        <translation>%1, %2비트, 완료</translation>
    </message>
    <message>
        <source>Project folder of a finished run</source>
        <translation>끝난 실행의 프로젝트 폴더</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>원본</translation>
    </message>
    <message>
        <source>⚠ These runs were evaluated on different texts or windows, so that their perplexities and divergences cannot be compared. “Evaluate all on this text” measures them anew.</source>
        <translation>⚠ 이 실행들은 서로 다른 텍스트나 창에서 평가되어 퍼플렉서티와 발산을 비교할 수 없습니다. “이 텍스트로 모두 평가”가 새로 측정합니다.</translation>
    </message>
    <message>
        <source>against %1</source>
        <translation>%1 기준</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>수치</translation>
    </message>
    <message>
        <source>Text to evaluate on</source>
        <translation>평가할 텍스트</translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation>텍스트 (*.txt *.md *.text);;모든 파일 (*)</translation>
    </message>
    <message>
        <source>Evaluating %1 …</source>
        <translation>%1 평가 중 …</translation>
    </message>
    <message>
        <source>Comparison of quantized models</source>
        <translation>양자화된 모델 비교</translation>
    </message>
    <message>
        <source>As commands</source>
        <translation>명령으로</translation>
    </message>
</context>
<context>
    <name>bitloom::ComparisonPanel</name>
    <message>
        <source>not measured</source>
        <translation>측정 안 됨</translation>
    </message>
    <message>
        <source>Nothing to compare yet. Quantize a model, or evaluate one against its original, and the figures appear here.</source>
        <translation>아직 비교할 것이 없습니다. 모델을 양자화하거나 원본과 견주어 평가하면 여기에 수치가 나옵니다.</translation>
    </message>
    <message>
        <source>Original against quantized</source>
        <translation>원본과 양자화 비교</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>지표</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>원본</translation>
    </message>
    <message>
        <source>Quantized</source>
        <translation>양자화</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>변화</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>to %1</source>
        <translation>%1(으)로</translation>
    </message>
    <message>
        <source>All files of the model</source>
        <translation>모델의 모든 파일</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>가중치당 비트</translation>
    </message>
    <message>
        <source>Of the linear layers; codebooks and scales counted</source>
        <translation>선형 층의 것. 코드북과 스케일 포함</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>퍼플렉시티</translation>
    </message>
    <message>
        <source>How surprised the model is by the text; lower is better. After ± the standard error.</source>
        <translation>모델이 텍스트에 얼마나 놀라는지. 낮을수록 좋음. ± 뒤는 표준 오차.</translation>
    </message>
    <message>
        <source>KL divergence, mean</source>
        <translation>KL 발산, 평균</translation>
    </message>
    <message>
        <source>How far the next-token distribution moved from the original&apos;s, in nats; 0 is the same</source>
        <translation>다음 토큰의 분포가 원본에서 얼마나 옮겨졌는지(나트). 0은 같음</translation>
    </message>
    <message>
        <source>KL divergence, median</source>
        <translation>KL 발산, 중앙값</translation>
    </message>
    <message>
        <source>Half of the tokens moved less than this</source>
        <translation>토큰의 절반이 이보다 적게 움직임</translation>
    </message>
    <message>
        <source>KL divergence, 99th percentile</source>
        <translation>KL 발산, 99백분위수</translation>
    </message>
    <message>
        <source>One token in a hundred moved more than this</source>
        <translation>토큰 백 개 중 하나가 이보다 많이 움직임</translation>
    </message>
    <message>
        <source>Same most likely token</source>
        <translation>같은 최상위 토큰</translation>
    </message>
    <message>
        <source>How often both models would pick the same next token</source>
        <translation>두 모델이 같은 다음 토큰을 고르는 빈도</translation>
    </message>
    <message>
        <source>against &lt;b&gt;%1&lt;/b&gt;</source>
        <translation>기준 &lt;b&gt;%1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>on %1 tokens in windows of %2</source>
        <translation>토큰 %1개, 창 길이 %2</translation>
    </message>
    <message>
        <source>Comparison of %1</source>
        <translation>%1 비교</translation>
    </message>
    <message>
        <source>models</source>
        <translation>모델</translation>
    </message>
</context>
<context>
    <name>bitloom::DivergencePlot</name>
    <message>
        <source>KL divergence from the original</source>
        <translation>원본에 대한 KL 발산</translation>
    </message>
    <message>
        <source>None of the runs has been evaluated against its original. “Evaluate” measures them on the same text.</source>
        <translation>원본과 견주어 평가한 실행이 없습니다. “평가”가 같은 텍스트로 측정합니다.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic divergence</source>
        <translation>발산을 로그로(&amp;L)</translation>
    </message>
    <message>
        <source>KL divergence, nats</source>
        <translation>KL 발산, nat</translation>
    </message>
    <message>
        <source>max</source>
        <translation>최대</translation>
    </message>
    <message>
        <source>◆ mean with its standard error, ▬ median, – quantiles over the tokens</source>
        <translation>◆ 평균과 표준 오차, ▬ 중앙값, – 토큰의 분위수</translation>
    </message>
    <message>
        <source>%1: mean %2</source>
        <translation>%1: 평균 %2</translation>
    </message>
    <message>
        <source>, at most %1</source>
        <translation>, 최대 %1</translation>
    </message>
    <message>
        <source>, %1 % of the tokens below %2</source>
        <translation>, 토큰의 %1 %가 %2 미만</translation>
    </message>
</context>
<context>
    <name>bitloom::DropZone</name>
    <message>
        <source>A Hugging Face model folder, a GGUF file, or a Bitloom recipe. It stays where it is.</source>
        <translation>Hugging Face 모델 폴더, GGUF 파일 또는 Bitloom 레시피. 파일은 제자리에 그대로 있습니다.</translation>
    </message>
    <message>
        <source>This is not a file or a folder.</source>
        <translation>파일이나 폴더가 아닙니다.</translation>
    </message>
    <message>
        <source>Drop one model at a time. For a model in several files, drop the folder that holds them.</source>
        <translation>모델은 한 번에 하나만 놓으세요. 여러 파일로 된 모델은 그 폴더를 놓으세요.</translation>
    </message>
    <message>
        <source>“%1” is not on this computer. Download it first, then drop its folder.</source>
        <translation>“%1”은(는) 이 컴퓨터에 없습니다. 먼저 내려받은 뒤 폴더를 놓으세요.</translation>
    </message>
    <message>
        <source>“%1” does not exist any more.</source>
        <translation>“%1”은(는) 이제 없습니다.</translation>
    </message>
    <message>
        <source>“%1” is one part of a model. Drop the folder that holds it with its config.json.</source>
        <translation>“%1”은(는) 모델의 일부입니다. config.json과 함께 있는 폴더를 놓으세요.</translation>
    </message>
    <message>
        <source>“%1” is neither a model folder, a .gguf file nor a .json recipe.</source>
        <translation>“%1”은(는) 모델 폴더도, .gguf 파일도, .json 레시피도 아닙니다.</translation>
    </message>
    <message>
        <source>Drop a model here</source>
        <translation>여기에 모델을 놓으세요</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>폴더 열기(&amp;F)…</translation>
    </message>
    <message>
        <source>Open f&amp;ile…</source>
        <translation>파일 열기(&amp;I)…</translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation>데모 모델 열기(&amp;D)</translation>
    </message>
    <message>
        <source>SmolLM2 135M Instruct, installed with Bitloom</source>
        <translation>Bitloom과 함께 설치된 SmolLM2 135M Instruct</translation>
    </message>
    <message>
        <source>Let go to open this model</source>
        <translation>놓으면 이 모델을 엽니다</translation>
    </message>
    <message>
        <source>Let go to load this recipe</source>
        <translation>놓으면 이 레시피를 불러옵니다</translation>
    </message>
</context>
<context>
    <name>bitloom::EngineClient</name>
    <message>
        <source>The engine was killed (signal 9). When nobody did that by hand, the system ran out of memory.</source>
        <translation>엔진이 강제로 끝났습니다(신호 9). 누가 직접 한 것이 아니라면 시스템의 메모리가 모자랐던 것입니다.</translation>
    </message>
    <message>
        <source>The engine was asked to end by another program (signal 15).</source>
        <translation>다른 프로그램이 엔진에 끝내라고 요청했습니다(신호 15).</translation>
    </message>
    <message>
        <source>The engine crashed: it touched memory that is not its own (signal 11).</source>
        <translation>엔진이 비정상 종료했습니다. 자기 것이 아닌 메모리를 건드렸습니다(신호 11).</translation>
    </message>
    <message>
        <source>The engine crashed: it found itself in a state that cannot be (signal 6).</source>
        <translation>엔진이 비정상 종료했습니다. 있을 수 없는 상태에 놓였습니다(신호 6).</translation>
    </message>
    <message>
        <source>The engine crashed (signal %1).</source>
        <translation>엔진이 비정상 종료했습니다(신호 %1).</translation>
    </message>
    <message>
        <source>The engine could not be started: %1.</source>
        <translation>엔진을 시작할 수 없습니다: %1.</translation>
    </message>
    <message>
        <source>Check the engine command in the settings.</source>
        <translation>설정에서 엔진 명령을 확인하세요.</translation>
    </message>
    <message>
        <source>The engine&apos;s answer could not be read: %1</source>
        <translation>엔진의 응답을 읽을 수 없습니다: %1</translation>
    </message>
    <message>
        <source>Check that the engine command starts “bitloom-cli serve” and prints nothing else, then start it again.</source>
        <translation>엔진 명령이 “bitloom-cli serve”를 시작하고 다른 것은 출력하지 않는지 확인한 뒤 다시 시작하세요.</translation>
    </message>
    <message>
        <source>Finished layers are kept: resume, or try fewer sequences or another device.</source>
        <translation>끝난 층은 남아 있습니다. 이어서 하거나 시퀀스를 줄이거나 다른 장치를 써 보세요.</translation>
    </message>
    <message>
        <source>The connection to the engine&apos;s machine was lost, or could not be made (ssh ended with status 255).</source>
        <translation>엔진이 있는 기계와의 연결이 끊겼거나 이루어지지 않았습니다(ssh가 상태 255로 끝남).</translation>
    </message>
    <message>
        <source>Check network and login, start the engine again and resume: finished layers are kept on that machine.</source>
        <translation>네트워크와 로그인을 확인하고 엔진을 다시 시작한 뒤 이어서 하세요. 끝난 층은 그 기계에 남아 있습니다.</translation>
    </message>
    <message>
        <source>The engine ended by itself with status %1.</source>
        <translation>엔진이 상태 %1(으)로 스스로 끝났습니다.</translation>
    </message>
    <message>
        <source>Look at its last lines in the log, then start it again.</source>
        <translation>기록에서 마지막 줄들을 보고 다시 시작하세요.</translation>
    </message>
    <message>
        <source>The engine refused to talk to this studio: %1.</source>
        <translation>엔진이 이 스튜디오와의 통신을 거부했습니다: %1.</translation>
    </message>
    <message>
        <source>Install studio and engine of the same version.</source>
        <translation>스튜디오와 엔진을 같은 버전으로 설치하세요.</translation>
    </message>
    <message>
        <source>The engine speaks protocol %1 and this studio speaks protocol %2.</source>
        <translation>엔진은 프로토콜 %1, 이 스튜디오는 프로토콜 %2을(를) 씁니다.</translation>
    </message>
    <message>
        <source>Nothing was being computed; start it again to go on.</source>
        <translation>계산 중인 것은 없었습니다. 계속하려면 다시 시작하세요.</translation>
    </message>
</context>
<context>
    <name>bitloom::EngineProcess</name>
    <message>
        <source>The engine command is empty.</source>
        <translation>엔진 명령이 비어 있습니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::GlossaryDialog</name>
    <message>
        <source>What is this: %1?</source>
        <translation>이것은 무엇인가요: %1</translation>
    </message>
    <message>
        <source>Terms explained</source>
        <translation>용어 설명</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>찾기</translation>
    </message>
    <message>
        <source>Search terms</source>
        <translation>용어 찾기</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>용어</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>설명</translation>
    </message>
</context>
<context>
    <name>bitloom::HeadGrid</name>
    <message>
        <source>Attention by what is kept</source>
        <translation>남은 것에 따른 어텐션</translation>
    </message>
    <message>
        <source>While a model writes, every head of every layer is shown here. Pick one to see its positions.</source>
        <translation>모델이 글을 쓰는 동안 모든 층의 모든 헤드가 여기에 보입니다. 하나를 고르면 그 위치들을 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>Attention on: %1</source>
        <translation>어텐션: %1</translation>
    </message>
    <message>
        <source>Attention on what is kept exactly</source>
        <translation>정확하게 남은 것에 놓인 어텐션</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>층</translation>
    </message>
    <message>
        <source>head</source>
        <translation>헤드</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Layer %1, head %2: %3</source>
        <translation>층 %1, 헤드 %2: %3</translation>
    </message>
    <message>
        <source>Error of the attention&apos;s output (not measured: nobody watched when the text began)</source>
        <translation>어텐션 출력의 오차 (측정되지 않음: 텍스트가 시작될 때 보고 있지 않았음)</translation>
    </message>
    <message>
        <source>Error of the attention&apos;s output</source>
        <translation>어텐션 출력의 오차</translation>
    </message>
    <message>
        <source>error of the output %1</source>
        <translation>출력 오차 %1</translation>
    </message>
</context>
<context>
    <name>bitloom::JobProgress</name>
    <message>
        <source>Memory of the engine now, and the most it held</source>
        <translation>엔진의 현재 메모리와 최대 메모리</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>작업의 진행</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>일시 정지(&amp;P)</translation>
    </message>
    <message>
        <source>Holds the job at the next safe point; nothing is lost</source>
        <translation>다음 안전한 지점에서 작업을 멈춥니다. 잃는 것은 없습니다</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>이어서(&amp;R)</translation>
    </message>
    <message>
        <source>Goes on from the last finished layer</source>
        <translation>마지막으로 끝난 층 다음부터 이어 갑니다</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>취소(&amp;C)</translation>
    </message>
    <message>
        <source>Stops the job; finished layers are kept and can be taken up again</source>
        <translation>작업을 멈춥니다. 끝난 층은 남아 있어 다시 이어 갈 수 있습니다</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>모델 불러오는 중</translation>
    </message>
    <message>
        <source>Preparing calibration text</source>
        <translation>보정 텍스트 준비 중</translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation>보정 중</translation>
    </message>
    <message>
        <source>Quantizing</source>
        <translation>양자화 중</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>내보내는 중</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>평가 중</translation>
    </message>
    <message>
        <source>Verifying in llama.cpp</source>
        <translation>llama.cpp에서 검증 중</translation>
    </message>
    <message>
        <source>Generating</source>
        <translation>생성 중</translation>
    </message>
    <message>
        <source>No job is running</source>
        <translation>실행 중인 작업 없음</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>완료</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>취소됨</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>시작 중</translation>
    </message>
    <message>
        <source>Paused: %1</source>
        <translation>일시 정지: %1</translation>
    </message>
    <message>
        <source>Choose a method and press Quantize.</source>
        <translation>방법을 고르고 양자화를 누르세요.</translation>
    </message>
    <message>
        <source>pauses at the next safe point: %1</source>
        <translation>다음 안전한 지점에서 멈춤: %1</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>취소하는 중</translation>
    </message>
    <message>
        <source>✓ Finished</source>
        <translation>✓ 완료</translation>
    </message>
    <message>
        <source>✕ Failed</source>
        <translation>✕ 실패</translation>
    </message>
    <message>
        <source>Resume goes on from the last finished layer.</source>
        <translation>이어서 하면 마지막으로 끝난 층 다음부터 계속합니다.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%1 / %2 %3</translation>
    </message>
    <message>
        <source>%1 per second</source>
        <translation>초당 %1</translation>
    </message>
    <message>
        <source>%1 %2 per second</source>
        <translation>초당 %1 %2</translation>
    </message>
    <message>
        <source>%1 %2 per minute</source>
        <translation>분당 %1 %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 남음</translation>
    </message>
    <message>
        <source>time left: measuring…</source>
        <translation>남은 시간: 재는 중…</translation>
    </message>
    <message>
        <source>Memory %1, peak %2</source>
        <translation>메모리 %1, 최대 %2</translation>
    </message>
    <message>
        <source>  ·  GPU %1</source>
        <translation>  ·  GPU %1</translation>
    </message>
    <message>
        <source>Tuning codebooks</source>
        <translation>코드북 조정 중</translation>
    </message>
    <message>
        <source>Measuring types</source>
        <translation>타입 측정</translation>
    </message>
</context>
<context>
    <name>bitloom::JobQueue</name>
    <message>
        <source>The studio ended while this job was under way. Resume goes on after its finished layers.</source>
        <translation>이 작업이 진행되는 동안 스튜디오가 끝났습니다. 이어서 하면 끝난 층 다음부터 계속합니다.</translation>
    </message>
    <message>
        <source>Goes on after its finished layers when it is its turn.</source>
        <translation>차례가 되면 끝난 층 다음부터 계속합니다.</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight, made in %3</source>
        <translation>%1, 가중치당 %2비트, %3 걸림</translation>
    </message>
</context>
<context>
    <name>bitloom::JobQueueFile</name>
    <message>
        <source>“%1” cannot be made, so the queue is not kept when the studio ends.</source>
        <translation>“%1”을(를) 만들 수 없어 스튜디오가 끝나면 대기열이 보존되지 않습니다.</translation>
    </message>
    <message>
        <source>Another Bitloom is open and keeps the queue; that of this window is forgotten when it ends.</source>
        <translation>다른 Bitloom이 열려 있어 대기열을 보존하고 있습니다. 이 창의 대기열은 창이 끝나면 사라집니다.</translation>
    </message>
    <message>
        <source>“%1” cannot be written, so the queue is not kept when the studio ends.</source>
        <translation>“%1”에 쓸 수 없어 스튜디오가 끝나면 대기열이 보존되지 않습니다.</translation>
    </message>
    <message>
        <source>The queue could not be read and starts empty: %1; the file is kept as “%2”.</source>
        <translation>대기열을 읽을 수 없어 빈 상태로 시작합니다: %1. 파일은 “%2”(으)로 보존됩니다.</translation>
    </message>
    <message>
        <source>The queue could not be read: %1; the file stays as it is, and this queue is forgotten when the studio ends.</source>
        <translation>대기열을 읽을 수 없습니다: %1. 파일은 그대로 두며, 이 대기열은 스튜디오가 끝나면 사라집니다.</translation>
    </message>
    <message>
        <source>The queue could not be kept. %1</source>
        <translation>대기열을 보존하지 못했습니다. %1</translation>
    </message>
</context>
<context>
    <name>bitloom::KvPage</name>
    <message>
        <source>The model is read …</source>
        <translation>모델을 읽는 중 …</translation>
    </message>
    <message>
        <source>The prompt of %1 tokens is read …</source>
        <translation>토큰 %1개의 프롬프트를 읽는 중 …</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>데모 모델 열기</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>쓰기</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>글</translation>
    </message>
    <message>
        <source>What the model writes appears here, the prompt in italics. Point at a token to find it in the maps.</source>
        <translation>모델이 쓰는 글이 여기에 나타나고, 프롬프트는 기울임꼴입니다. 토큰을 가리키면 지도에서 찾을 수 있습니다.</translation>
    </message>
    <message>
        <source>Half of the cache</source>
        <translation>캐시의 절반</translation>
    </message>
    <message>
        <source>Whose classes are drawn: a method may keep keys and values of different positions.</source>
        <translation>어느 쪽의 분류를 그릴지: 방법에 따라 키와 값이 서로 다른 위치에서 남을 수 있습니다.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>키</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>값</translation>
    </message>
    <message>
        <source>All that is kept exactly</source>
        <translation>정확하게 남은 모든 것</translation>
    </message>
    <message>
        <source>Another job is running; wait for it or cancel it.</source>
        <translation>다른 작업이 실행 중입니다. 기다리거나 취소하세요.</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>중지하는 중 …</translation>
    </message>
    <message>
        <source>%1 tokens, %2 tokens/s, cache of %3: keys %4, values %5, %6 bits for each number.</source>
        <translation>토큰 %1개, 초당 %2개, 캐시 %3: 키 %4, 값 %5, 수 하나에 %6비트.</translation>
    </message>
    <message>
        <source>The text ends early: %1.</source>
        <translation>글이 일찍 끝났습니다: %1.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>중지했습니다.</translation>
    </message>
    <message>
        <source>%1 tokens in the cache, %2 tokens/s, keys %3, values %4.</source>
        <translation>캐시에 토큰 %1개, 초당 %2개, 키 %3, 값 %4.</translation>
    </message>
    <message>
        <source>The next text will show layer %1, head %2.</source>
        <translation>다음 글에서 층 %1, 헤드 %2를 보여 줍니다.</translation>
    </message>
    <message>
        <source>What all heads tell</source>
        <translation>모든 헤드가 보여 주는 값</translation>
    </message>
    <message>
        <source>What the colour of each head tells: the share of its attention that falls on one class of positions, or how far what it puts out is from what exact keys and values would give.</source>
        <translation>각 헤드의 색이 나타내는 것: 한 종류의 위치에 주어지는 어텐션의 비율, 또는 그 출력이 정확한 키와 값이 냈을 출력에서 얼마나 벗어나는지.</translation>
    </message>
    <message>
        <source>Error of the output</source>
        <translation>출력 오차</translation>
    </message>
    <message>
        <source>Calibrating (%1): %2, %3 left.</source>
        <translation>보정 중 (%1): %2, %3 남음.</translation>
    </message>
    <message>
        <source>Calibrating (%1): %2.</source>
        <translation>보정 중 (%1): %2.</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>보정됨</translation>
    </message>
    <message>
        <source>Calibrated; the next text is written with what was found.</source>
        <translation>보정이 끝났습니다. 다음 텍스트는 찾은 값으로 쓰입니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::LayerErrorChart</name>
    <message>
        <source>Relative error by layer</source>
        <translation>층별 상대 오차</translation>
    </message>
    <message>
        <source>No layer has been quantized yet. When a job ends, the error of every layer is shown here.</source>
        <translation>아직 양자화된 층이 없습니다. 작업이 끝나면 모든 층의 오차가 여기에 나옵니다.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic error</source>
        <translation>로그 오차(&amp;L)</translation>
    </message>
    <message>
        <source>relative error, %</source>
        <translation>상대 오차, %</translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation>디코더 블록</translation>
    </message>
    <message>
        <source>on held-out text</source>
        <translation>남겨 둔 텍스트에서</translation>
    </message>
    <message>
        <source>%1: relative error %2</source>
        <translation>%1: 상대 오차 %2</translation>
    </message>
    <message>
        <source>, on held-out text %1</source>
        <translation>, 남겨 둔 텍스트에서 %1</translation>
    </message>
    <message>
        <source>, %1 bits per weight</source>
        <translation>, 가중치당 %1비트</translation>
    </message>
</context>
<context>
    <name>bitloom::LayerRatioPlot</name>
    <message>
        <source>Layer errors against another run</source>
        <translation>다른 실행 대비 층 오차</translation>
    </message>
    <message>
        <source>Pick two runs of the same model whose layers were measured; how their errors differ is shown layer by layer.</source>
        <translation>층을 측정한, 같은 모델의 실행 두 개를 고르세요. 오차의 차이를 층마다 보여 줍니다.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic ratio</source>
        <translation>비율을 로그로(&amp;L)</translation>
    </message>
    <message>
        <source>error over that of %1</source>
        <translation>%1 대비 오차 비율</translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation>디코더 블록</translation>
    </message>
    <message>
        <source>%1, %2: relative error %3, %4 times that of %5 (%6)</source>
        <translation>%1, %2: 상대 오차 %3, %5(%6)의 %4배</translation>
    </message>
    <message>
        <source>Layer errors against %1</source>
        <translation>%1 대비 층 오차</translation>
    </message>
</context>
<context>
    <name>bitloom::LayerStrip</name>
    <message>
        <source>Layers</source>
        <translation>층</translation>
    </message>
    <message>
        <source>No layers yet. Start a quantization or open a project, and every linear layer shows its state here.</source>
        <translation>아직 층이 없습니다. 양자화를 시작하거나 프로젝트를 열면 모든 선형 층의 상태가 여기에 나옵니다.</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>대기</translation>
    </message>
    <message>
        <source>calibrating</source>
        <translation>보정 중</translation>
    </message>
    <message>
        <source>solving</source>
        <translation>푸는 중</translation>
    </message>
    <message>
        <source>done</source>
        <translation>끝남</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>실패함</translation>
    </message>
    <message>
        <source>block</source>
        <translation>블록</translation>
    </message>
    <message>
        <source>relative error, %</source>
        <translation>상대 오차, %</translation>
    </message>
    <message>
        <source>, relative error %1</source>
        <translation>, 상대 오차 %1</translation>
    </message>
    <message>
        <source>, held-out %1</source>
        <translation>, 남겨 둔 오차 %1</translation>
    </message>
    <message>
        <source>, objective %1 → %2</source>
        <translation>, 목적값 %1 → %2</translation>
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
        <translation>뒤로</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>다음</translation>
    </message>
    <message>
        <source>End the lesson</source>
        <translation>수업 끝내기</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>수업</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>단계 %1 / %2</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>마치기</translation>
    </message>
    <message>
        <source>✓ Done. Go on.</source>
        <translation>✓ 했습니다. 다음으로 가세요.</translation>
    </message>
    <message>
        <source>○ Not done yet.</source>
        <translation>○ 아직 안 했습니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::LogModel</name>
    <message>
        <source>debug</source>
        <translation>디버그</translation>
    </message>
    <message>
        <source>info</source>
        <translation>정보</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>경고</translation>
    </message>
    <message>
        <source>error</source>
        <translation>오류</translation>
    </message>
</context>
<context>
    <name>bitloom::LogView</name>
    <message>
        <source>Lowest level shown</source>
        <translation>표시할 가장 낮은 단계</translation>
    </message>
    <message>
        <source>All</source>
        <translation>모두</translation>
    </message>
    <message>
        <source>Info and above</source>
        <translation>정보 이상</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>경고와 오류</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>오류만</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>기록에서 찾기</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>찾기</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>복사</translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation>기록 복사</translation>
    </message>
    <message>
        <source>Copies the selected lines, or all visible ones</source>
        <translation>고른 줄, 또는 보이는 모든 줄을 복사합니다</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>지우기</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>기록 지우기</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>기록</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>복사(&amp;C)</translation>
    </message>
    <message>
        <source>Nothing logged yet</source>
        <translation>아직 기록이 없습니다</translation>
    </message>
    <message>
        <source>%1 lines</source>
        <translation>%1줄</translation>
    </message>
    <message>
        <source>%1 of %2 lines</source>
        <translation>%2줄 중 %1줄</translation>
    </message>
</context>
<context>
    <name>bitloom::MainWindow</name>
    <message>
        <source>A job is running</source>
        <translation>작업이 실행 중입니다</translation>
    </message>
    <message>
        <source>Quit while a model is being quantized?</source>
        <translation>모델을 양자화하는 중에 끝낼까요?</translation>
    </message>
    <message>
        <source>Finished layers are kept in the project folder.</source>
        <translation>끝난 층은 프로젝트 폴더에 남아 있습니다.</translation>
    </message>
    <message>
        <source>Pause and quit</source>
        <translation>일시 정지하고 끝내기</translation>
    </message>
    <message>
        <source>The next start offers to resume.</source>
        <translation>다음에 시작하면 이어서 할지 묻습니다.</translation>
    </message>
    <message>
        <source>Cancel the job and quit</source>
        <translation>작업을 취소하고 끝내기</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>머무르기</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Memory and GPU</source>
        <translation>메모리와 GPU</translation>
    </message>
    <message>
        <source>Some plugins could not be loaded; the other methods work.</source>
        <translation>일부 플러그인을 불러오지 못했습니다. 다른 방법은 쓸 수 있습니다.</translation>
    </message>
    <message>
        <source>Engine memory %1</source>
        <translation>엔진 메모리 %1</translation>
    </message>
    <message>
        <source>, GPU %1</source>
        <translation>, GPU %1</translation>
    </message>
    <message>
        <source>The command line is on the clipboard.</source>
        <translation>명령줄을 클립보드에 넣었습니다.</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation>%1, 가중치당 %2비트</translation>
    </message>
    <message>
        <source>“%1” is written: %2.</source>
        <translation>“%1”을(를) 썼습니다: %2.</translation>
    </message>
    <message>
        <source>Look at the result</source>
        <translation>결과 보기</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>폴더에서 보기</translation>
    </message>
    <message>
        <source>The run stopped.</source>
        <translation>실행이 멈췄습니다.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>이어서 하기</translation>
    </message>
    <message>
        <source>“%1” is used as calibration text.</source>
        <translation>“%1”을(를) 보정 텍스트로 씁니다.</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>폴더 열기…</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>데모 모델 열기</translation>
    </message>
    <message>
        <source>The model could not be opened.</source>
        <translation>모델을 열 수 없습니다.</translation>
    </message>
    <message>
        <source>%1, %2 parameters</source>
        <translation>%1, 매개변수 %2</translation>
    </message>
    <message>
        <source>This file was made by Bitloom and carries its recipe.</source>
        <translation>이 파일은 Bitloom이 만들었고 레시피를 담고 있습니다.</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>그 설정 쓰기</translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation>%1, %2비트</translation>
    </message>
    <message>
        <source>“%1” is not a recipe.</source>
        <translation>“%1”은(는) 레시피가 아닙니다.</translation>
    </message>
    <message>
        <source>The project could not be opened.</source>
        <translation>프로젝트를 열 수 없습니다.</translation>
    </message>
    <message>
        <source>%1, %2 bits, finished</source>
        <translation>%1, %2비트, 완료</translation>
    </message>
    <message>
        <source>%1, %2 bits, %3 of %4 layers</source>
        <translation>%1, %2비트, %4개 층 중 %3개</translation>
    </message>
    <message>
        <source>This run was interrupted. Resume continues after its finished layers.</source>
        <translation>이 실행은 중단되었습니다. 이어서 하면 끝난 층 다음부터 계속합니다.</translation>
    </message>
    <message>
        <source>Open a model or a recipe</source>
        <translation>모델 또는 레시피 열기</translation>
    </message>
    <message>
        <source>Models and recipes (*.gguf *.safetensors *.json);;All files (*)</source>
        <translation>모델과 레시피 (*.gguf *.safetensors *.json);;모든 파일 (*)</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>모델 폴더 열기</translation>
    </message>
    <message>
        <source>Open a project folder</source>
        <translation>프로젝트 폴더 열기</translation>
    </message>
    <message>
        <source>Open by path</source>
        <translation>경로로 열기</translation>
    </message>
    <message>
        <source>Path as the engine sees it, also on another machine:</source>
        <translation>엔진이 보는 경로(다른 기계의 것도 됩니다):</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>데모 모델</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>아직 없음</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>목록 지우기(&amp;C)</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>일시 정지됨</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>취소하는 중 …</translation>
    </message>
    <message>
        <source>The run into “%1” was not finished.</source>
        <translation>“%1”(으)로의 실행이 끝나지 않았습니다.</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>살펴보기</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>잊기</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>보고서 복사</translation>
    </message>
    <message>
        <source>Start the engine</source>
        <translation>엔진 시작</translation>
    </message>
    <message>
        <source>Show log</source>
        <translation>기록 보기</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>설정…</translation>
    </message>
    <message>
        <source>The engine runs.</source>
        <translation>엔진이 실행 중입니다.</translation>
    </message>
    <message>
        <source>The report is on the clipboard.</source>
        <translation>보고서를 클립보드에 넣었습니다.</translation>
    </message>
    <message>
        <source>○  Engine is not running</source>
        <translation>○  엔진이 실행 중이 아님</translation>
    </message>
    <message>
        <source>◌  Engine is starting …</source>
        <translation>◌  엔진 시작 중 …</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>●  Engine %1 · %2 · %3</source>
        <translation>●  엔진 %1 · %2 · %3</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>스레드 1개</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>스레드 %1개</translation>
    </message>
    <message>
        <source>✕  Engine has stopped</source>
        <translation>✕  엔진이 멈춤</translation>
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
        <translation>다시 시작하면 스튜디오가 다른 언어로 나옵니다.</translation>
    </message>
    <message>
        <source>The new engine settings are used when the running job has ended and the engine is started anew (F5).</source>
        <translation>새 엔진 설정은 실행 중인 작업이 끝나고 엔진을 새로 시작할 때(F5) 쓰입니다.</translation>
    </message>
    <message>
        <source>Open the model “%1”</source>
        <translation>모델 “%1” 열기</translation>
    </message>
    <message>
        <source>Open the project “%1”</source>
        <translation>프로젝트 “%1” 열기</translation>
    </message>
    <message>
        <source>Use the recipe “%1”</source>
        <translation>레시피 “%1” 쓰기</translation>
    </message>
    <message>
        <source>Calibrate on “%1”</source>
        <translation>“%1”(으)로 보정</translation>
    </message>
    <message>
        <source>Drop one file or folder of this machine.</source>
        <translation>이 기계의 파일이나 폴더 하나를 놓으세요.</translation>
    </message>
    <message>
        <source>&amp;Engine</source>
        <translation>엔진(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Start anew</source>
        <translation>새로 시작(&amp;S)</translation>
    </message>
    <message>
        <source>A job is running; cancel it before the engine is started anew</source>
        <translation>작업이 실행 중입니다. 엔진을 새로 시작하기 전에 취소하세요</translation>
    </message>
    <message>
        <source>Show the &amp;log</source>
        <translation>기록 보기(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Copy report</source>
        <translation>보고서 복사(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>도움말(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation>단축키(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;About Bitloom</source>
        <translation>Bitloom 정보(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>파일(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Open file…</source>
        <translation>파일 열기(&amp;O)…</translation>
    </message>
    <message>
        <source>Open model &amp;folder…</source>
        <translation>모델 폴더 열기(&amp;F)…</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>프로젝트 열기(&amp;P)…</translation>
    </message>
    <message>
        <source>Open by p&amp;ath…</source>
        <translation>경로로 열기(&amp;A)…</translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation>데모 모델 열기(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Recent</source>
        <translation>최근 항목(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>설정(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>끝내기(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Job</source>
        <translation>작업(&amp;J)</translation>
    </message>
    <message>
        <source>&amp;Quantize</source>
        <translation>양자화(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>일시 정지(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>이어서(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>취소(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Evaluate the result</source>
        <translation>결과 평가(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Verify in llama.cpp</source>
        <translation>llama.cpp에서 검증(&amp;V)</translation>
    </message>
    <message>
        <source>Copy as co&amp;mmand</source>
        <translation>명령으로 복사(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Show the result in its folder</source>
        <translation>결과를 폴더에서 보기(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>보기(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>명령(&amp;C)…</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>양자화</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>결과</translation>
    </message>
    <message>
        <source>&amp;Follow</source>
        <translation>따라가기(&amp;F)</translation>
    </message>
    <message>
        <source>The views follow the layer that is being solved. Picking a layer switches this off.</source>
        <translation>보기가 지금 푸는 층을 따라갑니다. 층을 고르면 꺼집니다.</translation>
    </message>
    <message>
        <source>P&amp;anels</source>
        <translation>패널(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Workspaces</source>
        <translation>작업 공간(&amp;W)</translation>
    </message>
    <message>
        <source>Pl&amp;ot</source>
        <translation>그래프(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>테마(&amp;T)</translation>
    </message>
    <message>
        <source>Like the &amp;system</source>
        <translation>시스템과 같이(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>밝게(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>어둡게(&amp;D)</translation>
    </message>
    <message>
        <source>Switch &amp;dark and light</source>
        <translation>어둡게와 밝게 바꾸기(&amp;D)</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>전체 화면(&amp;U)</translation>
    </message>
    <message>
        <source>Click into a plot first, or go to it with the Tab key.</source>
        <translation>먼저 그래프를 누르거나 Tab 키로 가세요.</translation>
    </message>
    <message>
        <source>This workspace cannot be read; save it anew.</source>
        <translation>이 작업 공간을 읽을 수 없습니다. 새로 저장하세요.</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>없애기(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save this arrangement as…</source>
        <translation>이 배치를 다음으로 저장(&amp;S)…</translation>
    </message>
    <message>
        <source>Save the workspace</source>
        <translation>작업 공간 저장</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>이름:</translation>
    </message>
    <message>
        <source>The workspace “%1” is saved.</source>
        <translation>작업 공간 “%1”을(를) 저장했습니다.</translation>
    </message>
    <message>
        <source>S&amp;tandard arrangement</source>
        <translation>표준 배치(&amp;T)</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>수업</translation>
    </message>
    <message>
        <source>&amp;Lessons</source>
        <translation>수업(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Take the tour</source>
        <translation>둘러보기(&amp;T)</translation>
    </message>
    <message>
        <source>Welcome to Bitloom</source>
        <translation>Bitloom에 오신 것을 환영합니다</translation>
    </message>
    <message>
        <source>It makes language models several times smaller and shows what is kept. This tour takes a minute; you can leave it with Escape.</source>
        <translation>언어 모델을 몇 배 작게 만들고 무엇이 남는지 보여 줍니다. 둘러보기는 1분 걸리며 Escape로 그만둘 수 있습니다.</translation>
    </message>
    <message>
        <source>Begin here</source>
        <translation>여기서 시작합니다</translation>
    </message>
    <message>
        <source>Drop a model folder or a GGUF file anywhere on the window, or open the demo model, which came with the program. Files stay where they are.</source>
        <translation>모델 폴더나 GGUF 파일을 창 어디에나 놓거나, 함께 설치된 데모 모델을 여세요. 파일은 제자리에 그대로 있습니다.</translation>
    </message>
    <message>
        <source>The order of the work</source>
        <translation>일의 순서</translation>
    </message>
    <message>
        <source>Model, Quantize, Run, Result: the pages at the left follow the way from a model to a smaller one. Ctrl and a number take you there.</source>
        <translation>모델, 양자화, 실행, 결과. 왼쪽의 페이지는 모델에서 더 작은 모델로 가는 길을 따릅니다. Ctrl과 숫자로 옮겨 갑니다.</translation>
    </message>
    <message>
        <source>What is inside</source>
        <translation>안에 무엇이 있는지</translation>
    </message>
    <message>
        <source>Architecture, every tensor with its size, and a histogram of its weights.</source>
        <translation>구조, 모든 텐서와 그 크기, 그리고 가중치의 히스토그램.</translation>
    </message>
    <message>
        <source>Plan before you run</source>
        <translation>실행하기 전에 계획하기</translation>
    </message>
    <message>
        <source>Choose method and bits. Size, time and memory are estimated at once; nothing is computed before you say so.</source>
        <translation>방법과 비트를 고르세요. 크기, 시간, 메모리를 바로 예상합니다. 시키기 전에는 아무것도 계산하지 않습니다.</translation>
    </message>
    <message>
        <source>Watch it happen</source>
        <translation>진행을 지켜보기</translation>
    </message>
    <message>
        <source>Layers, saliency, codebooks and objectives are drawn while the engine works. Views can be moved, stacked and torn off. Pause at any time.</source>
        <translation>엔진이 일하는 동안 층, 중요도, 코드북, 목적값을 그립니다. 보기는 옮기고, 겹치고, 떼어 낼 수 있습니다. 언제든 멈출 수 있습니다.</translation>
    </message>
    <message>
        <source>Judge the result</source>
        <translation>결과 판단하기</translation>
    </message>
    <message>
        <source>Original and quantized model beside each other: size, perplexity, KL divergence, every layer&apos;s error.</source>
        <translation>원본과 양자화된 모델을 나란히: 크기, 퍼플렉시티, KL 발산, 모든 층의 오차.</translation>
    </message>
    <message>
        <source>When you look for something</source>
        <translation>무언가를 찾을 때</translation>
    </message>
    <message>
        <source>Ctrl+K finds every command by a few letters. The small question marks explain terms, and Help has lessons on the demo model.</source>
        <translation>Ctrl+K는 몇 글자로 모든 명령을 찾습니다. 작은 물음표는 용어를 설명하고, 도움말에는 데모 모델로 하는 수업이 있습니다.</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>설명</translation>
    </message>
    <message>
        <source>Terms &amp;explained…</source>
        <translation>용어 설명(&amp;E)…</translation>
    </message>
    <message>
        <source>This project was made by Bitloom %1, a newer version. It is shown as far as this version can read it, and cannot be changed.</source>
        <translation>이 프로젝트는 더 새로운 버전인 Bitloom %1에서 만들어졌습니다. 이 버전이 읽을 수 있는 부분만 표시되며 변경할 수 없습니다.</translation>
    </message>
    <message>
        <source>The text could not be written.</source>
        <translation>글을 쓸 수 없었습니다.</translation>
    </message>
    <message>
        <source>&amp;Write through the KV cache</source>
        <translation>KV 캐시로 쓰기(&amp;W)</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 캐시</translation>
    </message>
    <message>
        <source>See what a cache keeps</source>
        <translation>캐시가 남기는 것 보기</translation>
    </message>
    <message>
        <source>Let the model write and watch which tokens its key-value cache keeps exactly, packs into few bits, or drops.</source>
        <translation>모델이 글을 쓰게 하고, 키-값 캐시가 어떤 토큰을 정확하게 남기고, 적은 비트로 묶고, 버리는지 지켜보세요.</translation>
    </message>
    <message>
        <source>Write through the cache of “%1”</source>
        <translation>“%1”의 캐시로 쓰기</translation>
    </message>
    <message>
        <source>Write in the pla&amp;yground</source>
        <translation>놀이터에서 쓰기(&amp;Y)</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>놀이터</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Q&amp;ueue</source>
        <translation>대기열(&amp;U)</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>대기열</translation>
    </message>
    <message>
        <source>Add to &amp;queue</source>
        <translation>대기열에 추가(&amp;Q)</translation>
    </message>
    <message>
        <source>The types could not be measured.</source>
        <translation>형식을 측정할 수 없습니다.</translation>
    </message>
    <message>
        <source>Start the queue</source>
        <translation>대기열 시작</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>대기열 보기</translation>
    </message>
    <message>
        <source>“%1” waits in the queue as job %2.</source>
        <translation>“%1”이(가) 대기열의 %2번째 작업으로 기다립니다.</translation>
    </message>
    <message>
        <source>A job is running. This run can wait in the queue and start afterwards.</source>
        <translation>작업이 실행되고 있습니다. 이 실행은 대기열에서 기다렸다가 다음에 시작할 수 있습니다.</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>대기열에 추가</translation>
    </message>
    <message>
        <source>The queue was kept: %1 waiting, %2 interrupted.</source>
        <translation>대기열이 보존되어 있습니다: 대기 %1개, 중단 %2개.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Line up several</source>
        <translation>여러 개를 줄 세우기</translation>
    </message>
    <message>
        <source>More outputs of a model wait in the queue and run one after another. They share one calibration, and the queue outlives the studio.</source>
        <translation>한 모델의 다른 출력들은 대기열에서 기다렸다가 차례로 실행됩니다. 보정은 함께 쓰고, 대기열은 스튜디오가 끝나도 남습니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::MessageBar</name>
    <message>
        <source>Information</source>
        <translation>알림</translation>
    </message>
    <message>
        <source>Success</source>
        <translation>성공</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>경고</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>오류</translation>
    </message>
    <message>
        <source>Details of the message</source>
        <translation>메시지의 자세한 내용</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>자세히</translation>
    </message>
    <message>
        <source>Show details of the message</source>
        <translation>메시지의 자세한 내용 보기</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>메시지 닫기</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>bitloom::ModelPage</name>
    <message>
        <source>Weights</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>Quantize…</source>
        <translation>양자화…</translation>
    </message>
    <message>
        <source>No model is open</source>
        <translation>열린 모델이 없습니다</translation>
    </message>
    <message>
        <source>Open a model to see its architecture, its tensors and their weights.</source>
        <translation>모델을 열면 구조와 텐서와 가중치가 보입니다.</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>모델 열기…</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>데모 모델 열기</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>구조</translation>
    </message>
    <message>
        <source>Select a tensor in the table to see its weights.</source>
        <translation>표에서 텐서를 고르면 가중치가 보입니다.</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>텐서</translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation>%1 읽는 중 …</translation>
    </message>
    <message>
        <source>the demo model</source>
        <translation>데모 모델</translation>
    </message>
    <message>
        <source>reading %1 …</source>
        <translation>%1 읽는 중 …</translation>
    </message>
</context>
<context>
    <name>bitloom::ModelSummaryPanel</name>
    <message>
        <source>No model is open. Drop one on the start page, or open the demo model.</source>
        <translation>열린 모델이 없습니다. 시작 페이지에 놓거나 데모 모델을 여세요.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>구조</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation>%1, 가중치당 %2비트</translation>
    </message>
    <message>
        <source>Decoder blocks</source>
        <translation>디코더 블록</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>은닉 크기</translation>
    </message>
    <message>
        <source>Channels between the blocks</source>
        <translation>블록 사이의 채널</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>어텐션</translation>
    </message>
    <message>
        <source>%1 heads of %2, %3 for keys and values</source>
        <translation>헤드 %1개, 크기 %2, 키와 값은 %3개</translation>
    </message>
    <message>
        <source>Grouped-query attention: several heads share keys and values</source>
        <translation>그룹 쿼리 어텐션: 여러 헤드가 키와 값을 함께 씁니다</translation>
    </message>
    <message>
        <source>Feed-forward size</source>
        <translation>피드포워드 크기</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>문맥</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>토큰 %1개</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>어휘</translation>
    </message>
    <message>
        <source>%1 tokens, %2</source>
        <translation>토큰 %1개, %2</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>임베딩</translation>
    </message>
    <message>
        <source>input and output share one matrix</source>
        <translation>입력과 출력이 한 행렬을 함께 씀</translation>
    </message>
    <message>
        <source>input and output have their own</source>
        <translation>입력과 출력이 따로 있음</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>양자화</translation>
    </message>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>만든 설정</translation>
    </message>
    <message>
        <source>%1, %2 bits, %3 groups</source>
        <translation>%1, %2비트, 그룹 %3개</translation>
    </message>
    <message>
        <source>The recipe that this file carries</source>
        <translation>이 파일이 담고 있는 레시피</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>텐서</translation>
    </message>
    <message>
        <source>%1, of which %2 linear layers can be quantized</source>
        <translation>%1, 그중 선형 층 %2개를 양자화할 수 있음</translation>
    </message>
</context>
<context>
    <name>bitloom::NavigationBar</name>
    <message>
        <source>Pages</source>
        <translation>페이지</translation>
    </message>
</context>
<context>
    <name>bitloom::ObjectiveView</name>
    <message>
        <source>start</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>after new codes</source>
        <translation>새 코드 뒤</translation>
    </message>
    <message>
        <source>after a new codebook</source>
        <translation>새 코드북 뒤</translation>
    </message>
    <message>
        <source>Objective</source>
        <translation>목적값</translation>
    </message>
    <message>
        <source>half step of the solver</source>
        <translation>해법의 반 단계</translation>
    </message>
    <message>
        <source>&amp;Relative to start</source>
        <translation>시작에 대해(&amp;R)</translation>
    </message>
    <message>
        <source>Divides each layer&apos;s objective by its value at the start, so that layers of any size compare</source>
        <translation>크기가 다른 층을 비교할 수 있도록 각 층의 목적값을 시작 때의 값으로 나눕니다</translation>
    </message>
    <message>
        <source>&amp;Log scale</source>
        <translation>로그 눈금(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Only the selected layer</source>
        <translation>고른 층만(&amp;O)</translation>
    </message>
    <message>
        <source>No objective yet. It is drawn after every half step while layers are solved.</source>
        <translation>아직 목적값이 없습니다. 층을 푸는 동안 반 단계마다 그려집니다.</translation>
    </message>
    <message>
        <source>%1 other layers</source>
        <translation>다른 층 %1개</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>층 %1개</translation>
    </message>
    <message>
        <source>new codes</source>
        <translation>새 코드</translation>
    </message>
    <message>
        <source>new codebook</source>
        <translation>새 코드북</translation>
    </message>
    <message>
        <source>objective ÷ its start</source>
        <translation>목적값 ÷ 시작</translation>
    </message>
    <message>
        <source>objective, mean over rows</source>
        <translation>목적값, 행 평균</translation>
    </message>
    <message>
        <source>relative error on held-out text</source>
        <translation>남겨 둔 텍스트의 상대 오차</translation>
    </message>
    <message>
        <source>%1, half step %2 (%3): objective %4</source>
        <translation>%1, 반 단계 %2 (%3): 목적값 %4</translation>
    </message>
    <message>
        <source> = %1 of the start</source>
        <translation> = 시작의 %1</translation>
    </message>
    <message>
        <source>, held-out %1</source>
        <translation>, 남겨 둔 오차 %1</translation>
    </message>
    <message>
        <source>Page Up and Page Down select a layer, the arrow keys read its values.</source>
        <translation>Page Up과 Page Down은 층을 고르고, 화살표 키는 값을 읽습니다.</translation>
    </message>
    <message>
        <source>Objective of %1</source>
        <translation>%1의 목적값</translation>
    </message>
</context>
<context>
    <name>bitloom::ParameterForm</name>
    <message>
        <source>%1 to %2</source>
        <translation>%1부터 %2까지</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>%1 이상</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>%1 이하</translation>
    </message>
    <message>
        <source>Choose a method to see its parameters.</source>
        <translation>방법을 고르면 매개변수가 보입니다.</translation>
    </message>
    <message>
        <source>%1 has no parameters to set.</source>
        <translation>%1에는 설정할 매개변수가 없습니다.</translation>
    </message>
    <message>
        <source>Range: %1%2.</source>
        <translation>범위: %1%2.</translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation>기본값: %1.</translation>
    </message>
    <message>
        <source>With “auto” the program chooses by measuring.</source>
        <translation>“auto”면 프로그램이 측정해서 고릅니다.</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>%1: choose automatically</source>
        <translation>%1: 자동으로 고르기</translation>
    </message>
    <message>
        <source>Let the program choose by measuring</source>
        <translation>프로그램이 측정해서 고르게 하기</translation>
    </message>
    <message>
        <source>About %1</source>
        <translation>%1 설명</translation>
    </message>
    <message>
        <source>A number is needed here%1.</source>
        <translation>여기에는 숫자가 필요합니다%1.</translation>
    </message>
    <message>
        <source>“%1” is not a number.</source>
        <translation>“%1”은(는) 숫자가 아닙니다.</translation>
    </message>
    <message>
        <source>%1 is out of range: allowed is %2.</source>
        <translation>%1은(는) 범위 밖입니다. 허용: %2.</translation>
    </message>
    <message>
        <source>%1: %2 is not a whole number.</source>
        <translation>%1: %2은(는) 정수가 아닙니다.</translation>
    </message>
    <message>
        <source>%1: %2 is out of range, allowed is %3.</source>
        <translation>%1: %2은(는) 범위 밖입니다. 허용: %3.</translation>
    </message>
    <message>
        <source>%1: %2 is not a number.</source>
        <translation>%1: %2은(는) 숫자가 아닙니다.</translation>
    </message>
    <message>
        <source>%1: %2 is neither true nor false.</source>
        <translation>%1: %2은(는) 참도 거짓도 아닙니다.</translation>
    </message>
    <message>
        <source>%1: %2 is not one of its choices.</source>
        <translation>%1: %2은(는) 고를 수 있는 것이 아닙니다.</translation>
    </message>
    <message>
        <source>chosen by measuring</source>
        <translation>측정해서 고름</translation>
    </message>
    <message>
        <source>The parameters are not a JSON object.</source>
        <translation>매개변수가 JSON 객체가 아닙니다.</translation>
    </message>
    <message>
        <source>%1: %2 has no parameter of this name.</source>
        <translation>%1: %2에는 이 이름의 매개변수가 없습니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::ParetoPlot</name>
    <message>
        <source>Size against predicted loss</source>
        <translation>크기와 예상 손실</translation>
    </message>
    <message>
        <source>No error curves are measured yet. When the model has been calibrated for GGUF types, every size and what it is expected to cost are shown here.</source>
        <translation>아직 오차 곡선이 없습니다. GGUF 유형에 대해 모델을 보정하면 모든 크기와 예상되는 대가가 여기에 나옵니다.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic loss</source>
        <translation>로그 손실(&amp;L)</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>가중치당 비트</translation>
    </message>
    <message>
        <source>predicted rise of the loss, nats per token</source>
        <translation>예상되는 손실 증가, 토큰당 나트</translation>
    </message>
    <message>
        <source>best types of each size</source>
        <translation>크기마다 가장 좋은 유형</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s mixes</source>
        <translation>llama.cpp의 혼합</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>고름</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>가중치당 %1비트</translation>
    </message>
    <message>
        <source> (chosen)</source>
        <translation> (고름)</translation>
    </message>
    <message>
        <source>predicted rise of the loss %1</source>
        <translation>예상 손실 증가 %1</translation>
    </message>
    <message>
        <source>size of the file, MiB</source>
        <translation>파일 크기, MiB</translation>
    </message>
    <message>
        <source>, on the front</source>
        <translation>, 프런트에 있음</translation>
    </message>
</context>
<context>
    <name>bitloom::PlanTable</name>
    <message>
        <source>Type of the tensor</source>
        <translation>텐서의 유형</translation>
    </message>
    <message>
        <source>&amp;Set</source>
        <translation>정하기(&amp;S)</translation>
    </message>
    <message>
        <source>As the mi&amp;x decides</source>
        <translation>혼합이 정하는 대로(&amp;X)</translation>
    </message>
    <message>
        <source>Tensors of the file that will be written</source>
        <translation>기록될 파일의 텐서</translation>
    </message>
    <message>
        <source>Type for the selected tensors</source>
        <translation>고른 텐서의 유형</translation>
    </message>
    <message>
        <source>Forget what was chosen by hand for the selected tensors (Delete)</source>
        <translation>고른 텐서에 직접 정한 것을 잊기 (Delete)</translation>
    </message>
    <message>
        <source>Se&amp;lected tensors:</source>
        <translation>고른 텐서(&amp;L):</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>실행 취소(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>다시 실행(&amp;R)</translation>
    </message>
    <message>
        <source>types as the mix decides</source>
        <translation>혼합이 정하는 유형</translation>
    </message>
    <message>
        <source>type %1</source>
        <translation>유형 %1</translation>
    </message>
    <message>
        <source>Reset a&amp;ll</source>
        <translation>모두 초기화(&amp;L)</translation>
    </message>
    <message>
        <source>Reset all types</source>
        <translation>모든 타입 초기화</translation>
    </message>
    <message>
        <source>Forget all types that were chosen by hand</source>
        <translation>직접 고른 타입을 모두 지웁니다</translation>
    </message>
    <message>
        <source>reset of all types</source>
        <translation>모든 타입 초기화</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>실행 취소</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>다시 실행</translation>
    </message>
</context>
<context>
    <name>bitloom::PlaygroundPage</name>
    <message>
        <source>Text</source>
        <translation>텍스트</translation>
    </message>
    <message>
        <source>Explain in a few sentences why the sky is blue.</source>
        <translation>하늘이 왜 파란지 몇 문장으로 설명해 주세요.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>What the texts start with, or what is asked.</source>
        <translation>텍스트의 시작 또는 묻는 말.</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>프롬프트(&amp;P)</translation>
    </message>
    <message>
        <source>As a &amp;question to the models</source>
        <translation>모델에게 묻는 질문으로(&amp;Q)</translation>
    </message>
    <message>
        <source>Puts the prompt into each model&apos;s own chat template. Without it, the models go on with the text.</source>
        <translation>프롬프트를 각 모델의 채팅 템플릿에 넣습니다. 끄면 모델이 텍스트를 이어서 씁니다.</translation>
    </message>
    <message>
        <source>&amp;Tokens</source>
        <translation>토큰(&amp;T)</translation>
    </message>
    <message>
        <source>So many are written at most.</source>
        <translation>최대 이만큼 씁니다.</translation>
    </message>
    <message>
        <source>Te&amp;mperature</source>
        <translation>온도(&amp;M)</translation>
    </message>
    <message>
        <source>0 takes the most probable token each time; 1 draws as the model predicts.</source>
        <translation>0은 매번 가장 그럴듯한 토큰을 고르고, 1은 모델의 예측대로 뽑습니다.</translation>
    </message>
    <message>
        <source>T&amp;op-p</source>
        <translation>Top-p(&amp;O)</translation>
    </message>
    <message>
        <source>Draws only from the most probable tokens that together have this probability. Counts above temperature 0.</source>
        <translation>합쳐서 이 확률이 되는 가장 그럴듯한 토큰에서만 뽑습니다. 온도가 0보다 클 때만 쓰입니다.</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>시드(&amp;E)</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same text.</source>
        <translation>같은 시드, 입력, 장치는 같은 글을 냅니다.</translation>
    </message>
    <message>
        <source>T&amp;hird text</source>
        <translation>세 번째 텍스트(&amp;H)</translation>
    </message>
    <message>
        <source>Another model or cache beside the first two.</source>
        <translation>처음 둘 옆에 다른 모델이나 캐시 하나 더.</translation>
    </message>
    <message>
        <source>Open the demo model</source>
        <translation>데모 모델 열기</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>쓰기</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>Write another, with the next seed</source>
        <translation>다음 시드로 하나 더 쓰기</translation>
    </message>
    <message>
        <source>Back to the first difference</source>
        <translation>첫 차이로 돌아가기</translation>
    </message>
    <message>
        <source>Where the texts part</source>
        <translation>텍스트가 갈라지는 곳</translation>
    </message>
    <message>
        <source>Open model: %1</source>
        <translation>열린 모델: %1</translation>
    </message>
    <message>
        <source>Write a prompt first.</source>
        <translation>먼저 프롬프트를 쓰세요.</translation>
    </message>
    <message>
        <source>Open a model first; the demo model will do.</source>
        <translation>먼저 모델을 여세요. 데모 모델이면 충분합니다.</translation>
    </message>
    <message>
        <source>At temperature 0 every seed gives the same text.</source>
        <translation>온도가 0이면 어떤 시드든 같은 텍스트가 나옵니다.</translation>
    </message>
    <message>
        <source>⚠ These models need about %1 more, but only %2 of memory are free. The engine may be ended by the system.</source>
        <translation>⚠ 이 모델들은 약 %1이(가) 더 필요한데 남은 메모리는 %2뿐입니다. 시스템이 엔진을 끝낼 수 있습니다.</translation>
    </message>
    <message>
        <source>The models take about %1 of memory.</source>
        <translation>모델이 메모리를 약 %1 씁니다.</translation>
    </message>
    <message>
        <source>%1 and %2 read different prompts: their chat templates or vocabularies differ, so their tokens cannot be compared.</source>
        <translation>%1과 %2가 읽는 프롬프트가 다릅니다. 채팅 템플릿이나 어휘가 달라서 토큰을 비교할 수 없습니다.</translation>
    </message>
    <message>
        <source>%1 has written the same %2 tokens as %3.</source>
        <translation>%1이(가) %3과 같은 토큰 %2개를 썼습니다.</translation>
    </message>
    <message>
        <source>ends the text (%1 %)</source>
        <translation>텍스트를 끝냄 (%1 %)</translation>
    </message>
    <message>
        <source>writes “%1” (%2 %)</source>
        <translation>“%1”을(를) 씀 (%2 %)</translation>
    </message>
    <message>
        <source>%1 differs from %2 first at token %3: %2 %4, %1 %5.</source>
        <translation>%1은(는) 토큰 %3에서 처음 %2과 달라집니다. %2: %4, %1: %5.</translation>
    </message>
    <message>
        <source>token %1</source>
        <translation>토큰 %1</translation>
    </message>
</context>
<context>
    <name>bitloom::PlaygroundPane</name>
    <message>
        <source>Copy the text of %1</source>
        <translation>%1의 텍스트 복사</translation>
    </message>
    <message>
        <source>Copy what was written</source>
        <translation>쓴 텍스트 복사</translation>
    </message>
    <message>
        <source>Model of %1</source>
        <translation>%1의 모델</translation>
    </message>
    <message>
        <source>The model that writes here: the one that is open, what a run of late made, or any other.</source>
        <translation>여기에 쓰는 모델: 열린 모델, 최근 실행의 결과, 또는 다른 것.</translation>
    </message>
    <message>
        <source>KV cache of %1</source>
        <translation>%1의 KV 캐시</translation>
    </message>
    <message>
        <source>How keys and values are kept while the text is written.</source>
        <translation>텍스트를 쓰는 동안 키와 값을 보관하는 방법.</translation>
    </message>
    <message>
        <source>Parameters of the KV cache of %1</source>
        <translation>%1의 KV 캐시 매개변수</translation>
    </message>
    <message>
        <source>Show the cache&apos;s parameters</source>
        <translation>캐시 매개변수 보기</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>%1의 텍스트</translation>
    </message>
    <message>
        <source>What the model writes appears here, the prompt in italics.</source>
        <translation>모델이 쓰는 것이 여기에 나타납니다. 프롬프트는 기울임꼴입니다.</translation>
    </message>
    <message>
        <source>Another file…</source>
        <translation>다른 파일…</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>다른 폴더…</translation>
    </message>
    <message>
        <source>Model to write with</source>
        <translation>쓸 모델</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors);;All files (*)</source>
        <translation>모델 (*.gguf *.safetensors);;모든 파일 (*)</translation>
    </message>
    <message>
        <source>Folder of the model to write with</source>
        <translation>쓸 모델의 폴더</translation>
    </message>
    <message>
        <source>Choose a model for %1.</source>
        <translation>%1에 쓸 모델을 고르세요.</translation>
    </message>
    <message>
        <source>This engine has no key-value caches; an engine of this studio&apos;s version has.</source>
        <translation>이 엔진에는 키-값 캐시가 없습니다. 이 스튜디오와 같은 버전의 엔진에는 있습니다.</translation>
    </message>
    <message>
        <source>The prompt of %1 tokens is read …</source>
        <translation>토큰 %1개의 프롬프트를 읽는 중 …</translation>
    </message>
    <message>
        <source>, %1 tokens/s</source>
        <translation>, %1 토큰/초</translation>
    </message>
    <message>
        <source>, cache %1</source>
        <translation>, 캐시 %1</translation>
    </message>
    <message>
        <source>The model is read …</source>
        <translation>모델을 읽는 중 …</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>중지하는 중 …</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>토큰 %1개</translation>
    </message>
    <message>
        <source>The text ends early: %1.</source>
        <translation>글이 일찍 끝났습니다: %1.</translation>
    </message>
    <message>
        <source>Stopped after %1 tokens.</source>
        <translation>토큰 %1개 뒤에 멈췄습니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::PlotActions</name>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 그림 (*.png)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG 그림 (*.svg)</translation>
    </message>
    <message>
        <source>PDF document (*.pdf)</source>
        <translation>PDF 문서 (*.pdf)</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV 표 (*.csv)</translation>
    </message>
    <message>
        <source>Copy &amp;image</source>
        <translation>그림 복사(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Copy data</source>
        <translation>데이터 복사(&amp;C)</translation>
    </message>
    <message>
        <source>Save as &amp;PNG…</source>
        <translation>PNG로 저장(&amp;P)…</translation>
    </message>
    <message>
        <source>Save as &amp;SVG…</source>
        <translation>SVG로 저장(&amp;S)…</translation>
    </message>
    <message>
        <source>Save as PD&amp;F…</source>
        <translation>PDF로 저장(&amp;F)…</translation>
    </message>
    <message>
        <source>Save data as CS&amp;V…</source>
        <translation>데이터를 CSV로 저장(&amp;V)…</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>%1 저장</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>저장 안 됨</translation>
    </message>
</context>
<context>
    <name>bitloom::PlotView</name>
    <message>
        <source>Use the arrow keys to read values.</source>
        <translation>화살표 키로 값을 읽습니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::QuantizeJob</name>
    <message>
        <source>Cancelled. Finished layers are kept; resume continues after them.</source>
        <translation>취소했습니다. 끝난 층은 남아 있으며 이어서 하면 그다음부터 계속합니다.</translation>
    </message>
    <message>
        <source>Pausing: what is being computed right now is finished first.</source>
        <translation>일시 정지하는 중: 지금 계산하는 것을 먼저 끝냅니다.</translation>
    </message>
    <message>
        <source>Paused. It holds its memory; resume goes on from here.</source>
        <translation>일시 정지했습니다. 메모리는 그대로 쓰고 있으며 이어서 하면 여기서 계속합니다.</translation>
    </message>
    <message>
        <source>Cancelling: finished layers are kept.</source>
        <translation>취소하는 중: 끝난 층은 남아 있습니다.</translation>
    </message>
    <message>
        <source>Pausing: finishes layer %1 of %2 first.</source>
        <translation>일시 정지하는 중: 층 %1/%2을(를) 먼저 끝냅니다.</translation>
    </message>
    <message>
        <source>Pausing: finishes layers %1 to %2 of %3 first.</source>
        <translation>일시 정지하는 중: 층 %1–%2(전체 %3)을(를) 먼저 끝냅니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::QuantizePage</name>
    <message>
        <source>safetensors – loads anywhere, weights expanded</source>
        <translation>safetensors – 어디서나 읽음, 가중치를 펼침</translation>
    </message>
    <message>
        <source>Any-Precision – codes and lookup tables</source>
        <translation>Any-Precision – 코드와 참조 표</translation>
    </message>
    <message>
        <source>GPTQ – transformers and vLLM</source>
        <translation>GPTQ – transformers와 vLLM</translation>
    </message>
    <message>
        <source>GGUF – llama.cpp</source>
        <translation>GGUF – llama.cpp</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>How weights are rounded. The list comes from the engine&apos;s plugins.</source>
        <translation>가중치를 반올림하는 방법. 목록은 엔진의 플러그인에서 옵니다.</translation>
    </message>
    <message>
        <source>Bits that each weight&apos;s code takes. 4 is nearly lossless, 3 is small, 2 is hard.</source>
        <translation>각 가중치의 코드가 차지하는 비트. 4는 거의 손실이 없고, 3은 작으며, 2는 어렵습니다.</translation>
    </message>
    <message>
        <source>Output channels are put into this many groups; each has its own guided Hessian. More follow the loss better and take more memory.</source>
        <translation>출력 채널을 이만큼의 그룹으로 나누고 그룹마다 유도 헤세 행렬을 둡니다. 많을수록 손실을 더 잘 따르고 메모리를 더 씁니다.</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>방법(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Bits</source>
        <translation>비트(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Groups</source>
        <translation>그룹(&amp;G)</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>보정</translation>
    </message>
    <message>
        <source>This method rounds without looking at any text.</source>
        <translation>이 방법은 텍스트를 보지 않고 반올림합니다.</translation>
    </message>
    <message>
        <source>The model &amp;writes its own text</source>
        <translation>모델이 직접 텍스트를 씁니다(&amp;W)</translation>
    </message>
    <message>
        <source>Sampled with the seed below, so that no data set is needed.</source>
        <translation>아래 시드로 뽑으므로 데이터 세트가 필요 없습니다.</translation>
    </message>
    <message>
        <source>Te&amp;xt files</source>
        <translation>텍스트 파일(&amp;X)</translation>
    </message>
    <message>
        <source>UTF-8 text in the languages and of the kind that the model will be used for.</source>
        <translation>모델이 쓰일 언어와 종류의 UTF-8 텍스트.</translation>
    </message>
    <message>
        <source>Calibration text files</source>
        <translation>보정 텍스트 파일</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>더하기(&amp;A)…</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>빼기(&amp;V)</translation>
    </message>
    <message>
        <source>More text gives steadier Hessians and takes longer, in proportion.</source>
        <translation>텍스트가 많을수록 헤세 행렬이 안정되고 시간이 비례해 늘어납니다.</translation>
    </message>
    <message>
        <source>Number of sequences</source>
        <translation>시퀀스 수</translation>
    </message>
    <message>
        <source>Tokens in each sequence.</source>
        <translation>시퀀스마다의 토큰 수.</translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation>시퀀스 길이</translation>
    </message>
    <message>
        <source>Se&amp;quences</source>
        <translation>시퀀스(&amp;Q)</translation>
    </message>
    <message>
        <source>of</source>
        <translation>개, 각각</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>출력</translation>
    </message>
    <message>
        <source>What the result is written as; only formats that can hold the method&apos;s result are listed.</source>
        <translation>결과를 쓰는 형식. 방법의 결과를 담을 수 있는 형식만 보입니다.</translation>
    </message>
    <message>
        <source>The ggml type that the weights are stored as. F16 keeps the quantized values as they are.</source>
        <translation>가중치를 저장하는 ggml 유형. F16은 양자화된 값을 그대로 둡니다.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
    <message>
        <source> bits per weight</source>
        <translation> 비트/가중치</translation>
    </message>
    <message>
        <source>Where the result is written</source>
        <translation>결과를 쓸 곳</translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation>찾아보기(&amp;W)…</translation>
    </message>
    <message>
        <source>Beside the output</source>
        <translation>출력 옆</translation>
    </message>
    <message>
        <source>Finished layers and calibration results are kept here, so that the run can be resumed and calibration used again.</source>
        <translation>실행을 이어 가고 보정을 다시 쓸 수 있도록 끝난 층과 보정 결과를 여기에 둡니다.</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>형식(&amp;F)</translation>
    </message>
    <message>
        <source>GGUF t&amp;ype</source>
        <translation>GGUF 유형(&amp;Y)</translation>
    </message>
    <message>
        <source>Size &amp;limit</source>
        <translation>크기 제한(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Output</source>
        <translation>출력(&amp;O)</translation>
    </message>
    <message>
        <source>Output path</source>
        <translation>출력 경로</translation>
    </message>
    <message>
        <source>&amp;Project</source>
        <translation>프로젝트(&amp;P)</translation>
    </message>
    <message>
        <source>Computation</source>
        <translation>계산</translation>
    </message>
    <message>
        <source>Where calibration and solving run.</source>
        <translation>보정과 풀이를 실행하는 곳.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Precision of the model&apos;s forward and backward pass; sums are always 32-bit.</source>
        <translation>모델의 정방향과 역방향 계산의 정밀도. 합은 언제나 32비트입니다.</translation>
    </message>
    <message>
        <source>32-bit (f32)</source>
        <translation>32비트 (f32)</translation>
    </message>
    <message>
        <source>16-bit (bf16)</source>
        <translation>16비트 (bf16)</translation>
    </message>
    <message>
        <source>The same seed, input and device give the same bytes.</source>
        <translation>같은 시드, 입력, 장치는 같은 바이트를 냅니다.</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>장치(&amp;D)</translation>
    </message>
    <message>
        <source>Pre&amp;cision</source>
        <translation>정밀도(&amp;C)</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>시드(&amp;E)</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>예상</translation>
    </message>
    <message>
        <source>Size of the result</source>
        <translation>결과의 크기</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>가중치당 비트</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
    <message>
        <source>Disk space</source>
        <translation>디스크 공간</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>양자화</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>명령으로 복사</translation>
    </message>
    <message>
        <source>The bitloom-cli command line that does the same.</source>
        <translation>같은 일을 하는 bitloom-cli 명령줄입니다.</translation>
    </message>
    <message>
        <source>Save recipe…</source>
        <translation>레시피 저장…</translation>
    </message>
    <message>
        <source>F16 – values as they are</source>
        <translation>F16 – 값 그대로</translation>
    </message>
    <message>
        <source> parameters</source>
        <translation> 매개변수</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>열린 모델이 없습니다.</translation>
    </message>
    <message>
        <source>Open a model to see what a run will take.</source>
        <translation>모델을 열면 실행에 무엇이 필요한지 보입니다.</translation>
    </message>
    <message>
        <source>The engine has no method “%1”; “%2” is used instead.</source>
        <translation>엔진에 방법 “%1”이(가) 없어 “%2”을(를) 대신 씁니다.</translation>
    </message>
    <message>
        <source>%1 bits are outside of what the method can do (%2 to %3).</source>
        <translation>%1비트는 이 방법이 할 수 있는 범위(%2부터 %3까지) 밖입니다.</translation>
    </message>
    <message>
        <source>The format “%1” cannot hold this method&apos;s result; “%2” is used instead.</source>
        <translation>형식 “%1”은(는) 이 방법의 결과를 담을 수 없어 “%2”을(를) 대신 씁니다.</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>먼저 모델을 여세요.</translation>
    </message>
    <message>
        <source>The engine has not told its methods yet.</source>
        <translation>엔진이 아직 방법을 알려 주지 않았습니다.</translation>
    </message>
    <message>
        <source>Add a calibration text, or let the model write its own.</source>
        <translation>보정 텍스트를 더하거나 모델이 직접 쓰게 하세요.</translation>
    </message>
    <message>
        <source>Give a seed, any whole number.</source>
        <translation>시드로 정수를 하나 적으세요.</translation>
    </message>
    <message>
        <source>Choose where the result is written.</source>
        <translation>결과를 쓸 곳을 고르세요.</translation>
    </message>
    <message>
        <source>“%1” exists already; choose another output.</source>
        <translation>“%1”이(가) 이미 있습니다. 다른 출력을 고르세요.</translation>
    </message>
    <message>
        <source>The output must not be the model itself.</source>
        <translation>출력이 모델 자체일 수 없습니다.</translation>
    </message>
    <message>
        <source>%1  (%2 % of the original)</source>
        <translation>%1  (원본의 %2 %)</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>보정 텍스트</translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation>텍스트 (*.txt *.md *.text);;모든 파일 (*)</translation>
    </message>
    <message>
        <source>Write the GGUF file as</source>
        <translation>GGUF 파일을 다음으로 쓰기</translation>
    </message>
    <message>
        <source>Write the model folder as</source>
        <translation>모델 폴더를 다음으로 쓰기</translation>
    </message>
    <message>
        <source>GGUF (*.gguf)</source>
        <translation>GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>레시피 저장</translation>
    </message>
    <message>
        <source>Recipe (*.json)</source>
        <translation>레시피 (*.json)</translation>
    </message>
    <message>
        <source>The recipe could not be written: %1.</source>
        <translation>레시피를 쓸 수 없습니다: %1.</translation>
    </message>
    <message>
        <source>Views of the plan</source>
        <translation>계획 보기</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>수치</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>텐서</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>크기 비교</translation>
    </message>
    <message>
        <source>Upper limit of the average over the whole model. In a GGUF file the types of single tensors are chosen under it.</source>
        <translation>모델 전체 평균에 대한 상한. GGUF 파일에서는 그 아래에서 텐서마다 유형을 고릅니다.</translation>
    </message>
    <message>
        <source>Automatic – the best types for the size limit</source>
        <translation>자동 – 크기 제한에 가장 좋은 유형</translation>
    </message>
    <message>
        <source>Passes over the calibration text in which all codebooks, or the scales of ggml&apos;s blocks, are tuned together towards the original&apos;s predictions. Each takes about as long as calibration.</source>
        <translation>모든 코드북 또는 ggml 블록의 스케일을 원본의 예측에 맞게 함께 조정하기 위해 보정 텍스트를 훑는 횟수입니다. 한 번에 보정과 비슷한 시간이 걸립니다.</translation>
    </message>
    <message>
        <source>Tuning epochs</source>
        <translation>조정 횟수</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>지도</translation>
    </message>
    <message>
        <source>size of %1 bits per weight</source>
        <translation>가중치당 %1비트 크기</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>대기열에 추가</translation>
    </message>
    <message>
        <source>Runs it after the jobs that stand there; those of one model and one calibration text share the calibration.</source>
        <translation>대기열에 있는 작업 다음에 실행합니다. 모델과 보정 텍스트가 같은 작업은 보정을 함께 씁니다.</translation>
    </message>
    <message>
        <source>A job is running. Add this one to the queue, and it starts afterwards.</source>
        <translation>작업이 실행되고 있습니다. 이 작업을 대기열에 추가하면 다음에 시작합니다.</translation>
    </message>
    <message>
        <source>A job of the queue writes “%1”; choose another output.</source>
        <translation>대기열의 작업이 “%1”에 씁니다. 다른 출력을 고르세요.</translation>
    </message>
</context>
<context>
    <name>bitloom::QueueModel</name>
    <message>
        <source>nothing to tell</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Of the layers once they are solved, before that of the step that is under way</source>
        <translation>층을 풀기 시작하면 층의 진행, 그 전에는 지금 단계의 진행</translation>
    </message>
    <message>
        <source>At the pace of the layers that this run finished of late</source>
        <translation>이 실행이 최근에 끝낸 층의 속도로 계산</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>번호</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>출력</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>진행</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>남은 시간</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>메시지</translation>
    </message>
    <message>
        <source>%1 of %2 layers</source>
        <translation>%2개 층 중 %1개</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>시작하는 중</translation>
    </message>
    <message>
        <source>measuring …</source>
        <translation>측정 중 …</translation>
    </message>
    <message>
        <source>%1 in this step</source>
        <translation>이 단계 %1</translation>
    </message>
    <message>
        <source>Needs no calibration.</source>
        <translation>보정이 필요 없습니다.</translation>
    </message>
    <message>
        <source>Calibrates; jobs that take it over: %1.</source>
        <translation>보정합니다. 함께 쓰는 작업: %1개.</translation>
    </message>
    <message>
        <source>Calibrates.</source>
        <translation>보정합니다.</translation>
    </message>
    <message>
        <source>Takes the calibration of “%1”.</source>
        <translation>“%1”의 보정을 씁니다.</translation>
    </message>
    <message>
        <source>Adds to the calibration of “%1”.</source>
        <translation>“%1”의 보정에 더합니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::QueuePage</name>
    <message>
        <source>&amp;Start the queue</source>
        <translation>대기열 시작(&amp;S)</translation>
    </message>
    <message>
        <source>Runs the jobs that wait, one after another</source>
        <translation>기다리는 작업을 차례로 실행합니다</translation>
    </message>
    <message>
        <source>Stop &amp;after this job</source>
        <translation>이 작업 뒤에 멈추기(&amp;A)</translation>
    </message>
    <message>
        <source>Lets the running job end and starts no other</source>
        <translation>실행 중인 작업은 끝내고 다음 작업은 시작하지 않습니다</translation>
    </message>
    <message>
        <source>&amp;Pause job</source>
        <translation>작업 일시 정지(&amp;P)</translation>
    </message>
    <message>
        <source>Finishes the layers that it is at, then holds the job</source>
        <translation>지금 하는 층을 끝낸 뒤 작업을 멈춥니다</translation>
    </message>
    <message>
        <source>&amp;Resume job</source>
        <translation>작업 이어서(&amp;R)</translation>
    </message>
    <message>
        <source>Goes on after the job&apos;s finished layers, at once or when it is its turn</source>
        <translation>작업의 끝난 층 다음부터 바로, 또는 차례가 되면 계속합니다</translation>
    </message>
    <message>
        <source>S&amp;top job</source>
        <translation>작업 중단(&amp;T)</translation>
    </message>
    <message>
        <source>Ends the job; its finished layers are kept and the next job starts</source>
        <translation>작업을 끝냅니다. 끝난 층은 보존되고 다음 작업이 시작됩니다</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>위로(&amp;U)</translation>
    </message>
    <message>
        <source>Runs the job earlier</source>
        <translation>작업을 더 일찍 실행합니다</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>아래로(&amp;D)</translation>
    </message>
    <message>
        <source>Runs the job later</source>
        <translation>작업을 더 늦게 실행합니다</translation>
    </message>
    <message>
        <source>R&amp;emove</source>
        <translation>제거(&amp;E)</translation>
    </message>
    <message>
        <source>Takes the job off the list; its files stay</source>
        <translation>작업을 목록에서 뺍니다. 파일은 그대로 남습니다</translation>
    </message>
    <message>
        <source>&amp;Clear finished</source>
        <translation>끝난 작업 지우기(&amp;C)</translation>
    </message>
    <message>
        <source>Takes all finished jobs off the list; their files stay</source>
        <translation>끝난 작업을 모두 목록에서 뺍니다. 파일은 그대로 남습니다</translation>
    </message>
    <message>
        <source>Show &amp;log</source>
        <translation>기록 보기(&amp;L)</translation>
    </message>
    <message>
        <source>The newest lines that the engine wrote for this job</source>
        <translation>엔진이 이 작업에 대해 쓴 최근 줄들</translation>
    </message>
    <message>
        <source>Copy rep&amp;ort</source>
        <translation>보고서 복사(&amp;O)</translation>
    </message>
    <message>
        <source>Why it failed, with versions and settings, for a bug tracker</source>
        <translation>버그 신고를 위한 실패 이유와 버전, 설정</translation>
    </message>
    <message>
        <source>S&amp;how the result</source>
        <translation>결과 보기(&amp;H)</translation>
    </message>
    <message>
        <source>Opens the finished job on the Result page</source>
        <translation>끝난 작업을 결과 페이지에서 엽니다</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>실행 설정</translation>
    </message>
    <message>
        <source>“Add to queue” on the Quantize page puts runs here. They run one after another, and those of one model share its calibration.</source>
        <translation>양자화 페이지의 “대기열에 추가”가 실행을 여기에 넣습니다. 차례로 실행되며, 같은 모델의 실행은 보정을 함께 씁니다.</translation>
    </message>
    <message>
        <source>Nothing waits in the queue</source>
        <translation>기다리는 작업이 없습니다</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>대기열</translation>
    </message>
    <message>
        <source>Jobs of the queue</source>
        <translation>대기열의 작업</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>대기 %1개</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>실패 %1개</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>완료 %1개</translation>
    </message>
    <message>
        <source>time left: %1</source>
        <translation>남은 시간: %1</translation>
    </message>
</context>
<context>
    <name>bitloom::RecentRuns</name>
    <message>
        <source>%1 (%2, %3 bits)</source>
        <translation>%1 (%2, %3비트)</translation>
    </message>
</context>
<context>
    <name>bitloom::ResourceMonitor</name>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>엔진</translation>
    </message>
    <message>
        <source>Studio</source>
        <translation>스튜디오</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>GPU 메모리</translation>
    </message>
    <message>
        <source>GPU in use</source>
        <translation>GPU 사용률</translation>
    </message>
    <message>
        <source>This machine has %1 of memory, %2 of it free.</source>
        <translation>이 기계의 메모리는 %1이고 그중 %2이(가) 비어 있습니다.</translation>
    </message>
    <message>
        <source>Memory and GPU</source>
        <translation>메모리와 GPU</translation>
    </message>
</context>
<context>
    <name>bitloom::ResultPage</name>
    <message>
        <source>Set up a run</source>
        <translation>실행 설정</translation>
    </message>
    <message>
        <source>No result yet</source>
        <translation>아직 결과가 없습니다</translation>
    </message>
    <message>
        <source>When a run has finished, original and quantized model are compared here.</source>
        <translation>실행이 끝나면 원본과 양자화된 모델을 여기서 비교합니다.</translation>
    </message>
    <message>
        <source>Original and quantized</source>
        <translation>원본과 양자화</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>결과</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>폴더에서 보기</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>명령으로 복사</translation>
    </message>
    <message>
        <source>Quantize again with other settings</source>
        <translation>다른 설정으로 다시 양자화</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>평가</translation>
    </message>
    <message>
        <source>Runs both models over a text and compares what they expect at every token.</source>
        <translation>두 모델에 텍스트를 읽히고 토큰마다 무엇을 예상하는지 비교합니다.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>텍스트</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> 토큰</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>창</translation>
    </message>
    <message>
        <source>Length of a window; the second half of each is counted, as llama.cpp does.</source>
        <translation>창의 길이. llama.cpp처럼 각 창의 뒤쪽 절반을 셉니다.</translation>
    </message>
    <message>
        <source>all</source>
        <translation>모두</translation>
    </message>
    <message>
        <source> windows</source>
        <translation> 창</translation>
    </message>
    <message>
        <source>Number of windows</source>
        <translation>창의 수</translation>
    </message>
    <message>
        <source>Verify in llama.cpp</source>
        <translation>llama.cpp에서 검증</translation>
    </message>
    <message>
        <source>Progress of the evaluation</source>
        <translation>평가의 진행</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source> – about %1 left</source>
        <translation> – 약 %1 남음</translation>
    </message>
    <message>
        <source>Only for results written as GGUF; choose that format for the next run.</source>
        <translation>GGUF로 쓴 결과에만 됩니다. 다음 실행에서 그 형식을 고르세요.</translation>
    </message>
    <message>
        <source>%1 layers, %2 bits per weight, in %3
calibration %4, solving %5, writing %6
peak memory %7</source>
        <translation>층 %1개, 가중치당 %2비트, %3
보정 %4, 풀이 %5, 쓰기 %6
최대 메모리 %7</translation>
    </message>
    <message>
        <source>End of %1</source>
        <translation>%1의 끝부분</translation>
    </message>
    <message>
        <source>Sample text of Bitloom</source>
        <translation>Bitloom의 예시 텍스트</translation>
    </message>
    <message>
        <source>Another text file…</source>
        <translation>다른 텍스트 파일…</translation>
    </message>
    <message>
        <source>Text to evaluate on</source>
        <translation>평가할 텍스트</translation>
    </message>
    <message>
        <source>Text (*.txt *.md *.text);;All files (*)</source>
        <translation>텍스트 (*.txt *.md *.text);;모든 파일 (*)</translation>
    </message>
    <message>
        <source>Evaluating …</source>
        <translation>평가하는 중 …</translation>
    </message>
    <message>
        <source>Verifying in llama.cpp …</source>
        <translation>llama.cpp에서 검증하는 중 …</translation>
    </message>
    <message>
        <source>Views of the result</source>
        <translation>결과 보기들</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>수치</translation>
    </message>
    <message>
        <source>In llama.cpp</source>
        <translation>llama.cpp에서</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>블록</translation>
    </message>
    <message>
        <source>Beside another file…</source>
        <translation>다른 파일 옆에…</translation>
    </message>
    <message>
        <source>A GGUF file of the same model, for example from llama-quantize, that gets the same measurements.</source>
        <translation>같은 모델의 GGUF 파일, 예를 들어 llama-quantize의 것을 똑같이 측정합니다.</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>보고서 저장…</translation>
    </message>
    <message>
        <source>All figures and plots as a web page, Markdown and JSON, as llama.cpp asks for them of new quantizations.</source>
        <translation>llama.cpp가 새 양자화에 요구하는 모든 수치와 그래프를 웹 페이지, Markdown, JSON으로.</translation>
    </message>
    <message>
        <source>Loads the file in llama.cpp itself and measures it there: quality against the original, speed, and text.</source>
        <translation>파일을 llama.cpp에서 직접 읽어 원본에 대한 품질, 속도, 글을 측정합니다.</translation>
    </message>
    <message>
        <source>llama.cpp loads it. Perplexity there %1, here %2.</source>
        <translation>llama.cpp가 읽습니다. 퍼플렉시티는 그곳에서 %1, 여기서 %2입니다.</translation>
    </message>
    <message>
        <source>KL divergence from the original %1</source>
        <translation>원본에서의 KL 발산 %1</translation>
    </message>
    <message>
        <source>, of “%1” %2</source>
        <translation>, “%1”은(는) %2</translation>
    </message>
    <message>
        <source>It writes: “%1”</source>
        <translation>쓰는 글: “%1”</translation>
    </message>
    <message>
        <source>GGUF file to verify beside the result</source>
        <translation>결과 옆에서 검증할 GGUF 파일</translation>
    </message>
    <message>
        <source>GGUF (*.gguf)</source>
        <translation>GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>Folder for the report</source>
        <translation>보고서 폴더</translation>
    </message>
    <message>
        <source>The report is written: %1</source>
        <translation>보고서를 썼습니다: %1</translation>
    </message>
    <message>
        <source>tuning %1, held-out KL divergence from %2 to %3</source>
        <translation>조정 %1, 남겨 둔 텍스트의 KL 발산 %2에서 %3으로</translation>
    </message>
</context>
<context>
    <name>bitloom::RetentionTimeline</name>
    <message>
        <source>What is kept</source>
        <translation>남는 것</translation>
    </message>
    <message>
        <source>While a model writes, each step is drawn here: which positions the cache keeps exactly, packs, or drops.</source>
        <translation>모델이 글을 쓰는 동안 각 단계가 여기에 그려집니다. 캐시가 어떤 위치를 정확하게 남기고, 묶고, 버리는지 보여 줍니다.</translation>
    </message>
    <message>
        <source>What is kept of values, layer %1, head %2</source>
        <translation>값에서 남는 것, 층 %1, 헤드 %2</translation>
    </message>
    <message>
        <source>What is kept of keys, layer %1, head %2</source>
        <translation>키에서 남는 것, 층 %1, 헤드 %2</translation>
    </message>
    <message>
        <source>Step %1, %2: key %3, value %4</source>
        <translation>단계 %1, %2: 키 %3, 값 %4</translation>
    </message>
</context>
<context>
    <name>bitloom::RunPage</name>
    <message>
        <source>Set up a run</source>
        <translation>실행 설정</translation>
    </message>
    <message>
        <source>Nothing runs yet</source>
        <translation>아직 실행 중인 것이 없습니다</translation>
    </message>
    <message>
        <source>Layers, saliency, codebooks and objectives are drawn here while a model is quantized.</source>
        <translation>모델을 양자화하는 동안 층, 중요도, 코드북, 목적값을 여기에 그립니다.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>층</translation>
    </message>
    <message>
        <source>Saliency</source>
        <translation>중요도</translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation>코드북</translation>
    </message>
    <message>
        <source>Objectives</source>
        <translation>목적값</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>기록</translation>
    </message>
</context>
<context>
    <name>bitloom::SaliencyHeatmap</name>
    <message>
        <source>End-loss saliency</source>
        <translation>최종 손실 중요도</translation>
    </message>
    <message>
        <source>No saliency yet. It is measured while a quantization calibrates: start one on the Quantize page.</source>
        <translation>아직 중요도가 없습니다. 양자화의 보정 때 측정합니다. 양자화 페이지에서 시작하세요.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic colours</source>
        <translation>로그 색(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Back to the whole model</source>
        <translation>모델 전체로 돌아가기(&amp;B)</translation>
    </message>
    <message>
        <source>Zoom &amp;in along the channels</source>
        <translation>채널 방향 확대(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>축소(&amp;O)</translation>
    </message>
    <message>
        <source>Colours: %1</source>
        <translation>색: %1</translation>
    </message>
    <message>
        <source>The map of %1 has not come yet. It is sent while the layer is solved. Escape goes back to the whole model.</source>
        <translation>%1의 지도가 아직 오지 않았습니다. 그 층을 푸는 동안 보내집니다. Escape로 모델 전체로 돌아갑니다.</translation>
    </message>
    <message>
        <source>End-loss saliency of %1</source>
        <translation>%1의 최종 손실 중요도</translation>
    </message>
    <message>
        <source>decoder block</source>
        <translation>디코더 블록</translation>
    </message>
    <message>
        <source>input channel</source>
        <translation>입력 채널</translation>
    </message>
    <message>
        <source>input channel (%1× zoom)</source>
        <translation>입력 채널 (%1배 확대)</translation>
    </message>
    <message>
        <source>output group</source>
        <translation>출력 그룹</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>아직 측정 안 됨</translation>
    </message>
    <message>
        <source>mean curvature, %1</source>
        <translation>평균 곡률, %1</translation>
    </message>
    <message>
        <source>diagonal of H, %1</source>
        <translation>H의 대각선, %1</translation>
    </message>
    <message>
        <source>log</source>
        <translation>로그</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>선형</translation>
    </message>
    <message>
        <source>%1: mean end-loss curvature %2</source>
        <translation>%1: 평균 최종 손실 곡률 %2</translation>
    </message>
    <message>
        <source>Output group %1, input channels %2: largest diagonal %3</source>
        <translation>출력 그룹 %1, 입력 채널 %2: 가장 큰 대각선 값 %3</translation>
    </message>
    <message>
        <source>Output group %1, input channel %2: diagonal %3</source>
        <translation>출력 그룹 %1, 입력 채널 %2: 대각선 값 %3</translation>
    </message>
</context>
<context>
    <name>bitloom::SettingsDialog</name>
    <message>
        <source>&amp;Tell the desktop when a job of more than a minute ends</source>
        <translation>1분이 넘는 작업이 끝나면 데스크톱에 알리기(&amp;T)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>General</source>
        <translation>일반</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>엔진</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>단축키</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>시스템과 같이</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>밝게</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>어둡게</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>테마</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>언어</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>테마(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>언어(&amp;L)</translation>
    </message>
    <message>
        <source>Another language is spoken from the next start on.</source>
        <translation>다른 언어는 다음에 시작할 때부터 쓰입니다.</translation>
    </message>
    <message>
        <source>bitloom-cli serve, beside this program</source>
        <translation>이 프로그램 옆의 bitloom-cli serve</translation>
    </message>
    <message>
        <source>Engine command</source>
        <translation>엔진 명령</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>장치</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>all processors</source>
        <translation>모든 프로세서</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>스레드</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>제한 없음</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>메모리 제한</translation>
    </message>
    <message>
        <source>Plugin folders</source>
        <translation>플러그인 폴더</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>더하기(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>없애기(&amp;R)</translation>
    </message>
    <message>
        <source>Add a plugin folder</source>
        <translation>플러그인 폴더 더하기</translation>
    </message>
    <message>
        <source>Remove the selected plugin folder</source>
        <translation>고른 플러그인 폴더 빼기</translation>
    </message>
    <message>
        <source>Folder with plugins</source>
        <translation>플러그인이 있는 폴더</translation>
    </message>
    <message>
        <source>&amp;Engine command</source>
        <translation>엔진 명령(&amp;E)</translation>
    </message>
    <message>
        <source>An engine on another machine works too, for example “ssh workstation bitloom-cli serve”. Paths are then that machine&apos;s.</source>
        <translation>다른 기계의 엔진도 됩니다. 예: “ssh workstation bitloom-cli serve”. 그때 경로는 그 기계의 것입니다.</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>장치(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>스레드(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Memory limit</source>
        <translation>메모리 제한(&amp;M)</translation>
    </message>
    <message>
        <source>An engine of this machine that needs more ends its job with a message; finished layers are kept.</source>
        <translation>이 기계의 엔진이 더 필요로 하면 메시지와 함께 작업을 끝냅니다. 끝난 층은 남아 있습니다.</translation>
    </message>
    <message>
        <source>&amp;Plugin folders</source>
        <translation>플러그인 폴더(&amp;P)</translation>
    </message>
</context>
<context>
    <name>bitloom::ShortcutTable</name>
    <message>
        <source>&amp;Assign</source>
        <translation>지정(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;No shortcut</source>
        <translation>단축키 없음(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Standard</source>
        <translation>표준(&amp;S)</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>찾기</translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation>동작 찾기</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>동작</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>단축키 조합</translation>
    </message>
    <message>
        <source>Actions and their shortcuts</source>
        <translation>동작과 단축키</translation>
    </message>
    <message>
        <source>New shortcut</source>
        <translation>새 단축키</translation>
    </message>
    <message>
        <source>Press the keys</source>
        <translation>키를 누르세요</translation>
    </message>
    <message>
        <source>All &amp;back to standard</source>
        <translation>모두 표준으로(&amp;B)</translation>
    </message>
    <message>
        <source>New &amp;shortcut</source>
        <translation>새 단축키(&amp;S)</translation>
    </message>
    <message>
        <source>%1 (changed)</source>
        <translation>%1 (바뀜)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>⚠ “%1” has this shortcut; assigning takes it away from there.</source>
        <translation>⚠ “%1”에 이 단축키가 있습니다. 지정하면 그곳에서는 없어집니다.</translation>
    </message>
</context>
<context>
    <name>bitloom::SizePanel</name>
    <message>
        <source>&amp;Measure</source>
        <translation>측정(&amp;M)</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>취소(&amp;N)</translation>
    </message>
    <message>
        <source>Tar&amp;get size</source>
        <translation>목표 크기(&amp;G)</translation>
    </message>
    <message>
        <source>Target size in bits per weight</source>
        <translation>목표 크기(가중치당 비트)</translation>
    </message>
    <message>
        <source>The types of all tensors are chosen anew while you move it. Arrow keys take small steps, Page Up and Page Down larger ones.</source>
        <translation>움직이는 동안 모든 텐서의 타입이 새로 정해집니다. 화살표 키는 조금씩, Page Up과 Page Down은 크게 움직입니다.</translation>
    </message>
    <message>
        <source>Calibrates once and measures what each type costs each tensor. Runs with the same model and text use it again.</source>
        <translation>한 번 캘리브레이션하고 각 타입이 각 텐서에 주는 손실을 측정합니다. 같은 모델과 텍스트로 실행하면 다시 사용됩니다.</translation>
    </message>
    <message>
        <source>Stops measuring; what was calibrated is kept</source>
        <translation>측정을 멈춥니다. 캘리브레이션한 것은 남습니다</translation>
    </message>
    <message>
        <source>Progress of the measurement</source>
        <translation>측정 진행 상황</translation>
    </message>
    <message>
        <source>%1, %2 left in this step</source>
        <translation>%1, 이 단계에서 %2 남음</translation>
    </message>
    <message>
        <source>%1 …</source>
        <translation>%1 …</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>시작하는 중 …</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1비트</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; file · &lt;b&gt;%2&lt;/b&gt; bits per weight · predicted KL &lt;b&gt;+%3&lt;/b&gt;</source>
        <translation>파일 &lt;b&gt;%1&lt;/b&gt; · 가중치당 &lt;b&gt;%2&lt;/b&gt;비트 · 예상 KL &lt;b&gt;+%3&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Nothing that may be chosen is so small; this is the smallest file.</source>
        <translation>고를 수 있는 것 중에 이렇게 작은 것은 없습니다. 이것이 가장 작은 파일입니다.</translation>
    </message>
    <message>
        <source>The type of %1 tensors is not measured; what it costs is left out of the prediction.</source>
        <translation>텐서 %1개의 타입은 측정되지 않았습니다. 그 손실은 예상에 들어 있지 않습니다.</translation>
    </message>
    <message>
        <source>Move the slider: the types of all tensors are chosen for the size at once.</source>
        <translation>슬라이더를 움직이면 그 크기에 맞게 모든 텐서의 타입이 바로 정해집니다.</translation>
    </message>
    <message>
        <source>To choose the size by sight, measure once what each type costs each tensor.</source>
        <translation>크기를 눈으로 보며 고르려면 각 타입이 각 텐서에 주는 손실을 한 번 측정하세요.</translation>
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
        <translation>언어 모델을 몇 배 작게 만들고 무엇이 남는지 보세요.</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>최근</translation>
    </message>
    <message>
        <source>Recent models, projects and recipes</source>
        <translation>최근 모델, 프로젝트, 레시피</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>열기</translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation>이 목록에서 없애기</translation>
    </message>
    <message>
        <source>Nothing opened yet.
Models, projects and recipes that you open are listed here.</source>
        <translation>아직 연 것이 없습니다.
연 모델, 프로젝트, 레시피가 여기에 나옵니다.</translation>
    </message>
    <message>
        <source>What can be opened</source>
        <translation>열 수 있는 것</translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation>모델 폴더</translation>
    </message>
    <message>
        <source>Hugging Face layout: config.json, *.safetensors, tokenizer. Llama, Mistral, SmolLM2, Qwen2, Qwen3.</source>
        <translation>Hugging Face 구조: config.json, *.safetensors, 토크나이저. Llama, Mistral, SmolLM2, Qwen2, Qwen3.</translation>
    </message>
    <message>
        <source>GGUF file</source>
        <translation>GGUF 파일</translation>
    </message>
    <message>
        <source>Any type that llama.cpp reads.</source>
        <translation>llama.cpp가 읽는 모든 유형.</translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation>프로젝트 폴더</translation>
    </message>
    <message>
        <source>A finished or interrupted run: look at it again, or resume it.</source>
        <translation>끝났거나 중단된 실행: 다시 보거나 이어서 합니다.</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>레시피</translation>
    </message>
    <message>
        <source>The settings of a run as JSON, the same file that the command line takes.</source>
        <translation>실행의 설정을 담은 JSON. 명령줄이 받는 것과 같은 파일입니다.</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>데모 모델</translation>
    </message>
</context>
<context>
    <name>bitloom::StepMap</name>
    <message>
        <source>position %1</source>
        <translation>위치 %1</translation>
    </message>
    <message>
        <source>position %1 %2</source>
        <translation>위치 %1 %2</translation>
    </message>
    <message>
        <source>position</source>
        <translation>위치</translation>
    </message>
    <message>
        <source>step: tokens in the cache</source>
        <translation>단계: 캐시의 토큰</translation>
    </message>
</context>
<context>
    <name>bitloom::TensorModel</name>
    <message>
        <source>%1: %2, %3, %4, %5 bits per weight%6</source>
        <translation>%1: %2, %3, %4, 가중치당 %5비트%6</translation>
    </message>
    <message>
        <source>. A linear layer of a decoder block: it can be quantized.</source>
        <translation>. 디코더 블록의 선형 층이며 양자화할 수 있습니다.</translation>
    </message>
    <message>
        <source>type %1, chosen by hand</source>
        <translation>유형 %1, 직접 고름</translation>
    </message>
    <message>
        <source>type %1</source>
        <translation>유형 %1</translation>
    </message>
    <message>
        <source>shape %1</source>
        <translation>모양 %1</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>가중치당 %1비트</translation>
    </message>
    <message>
        <source>error not known</source>
        <translation>오차 모름</translation>
    </message>
    <message>
        <source>relative error %1</source>
        <translation>상대 오차 %1</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>텐서</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>유형</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>모양</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>비트</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>오류</translation>
    </message>
    <message>
        <source>Name of the tensor in the file</source>
        <translation>파일에서의 텐서 이름</translation>
    </message>
    <message>
        <source>How its values are stored</source>
        <translation>값이 저장된 방식</translation>
    </message>
    <message>
        <source>Outputs × inputs for a linear layer; sorts by the number of values</source>
        <translation>선형 층은 출력 × 입력. 값의 개수로 정렬됩니다</translation>
    </message>
    <message>
        <source>Bits per weight, scales and codebooks counted</source>
        <translation>스케일과 코드북을 포함한 가중치당 비트</translation>
    </message>
    <message>
        <source>Size in the file</source>
        <translation>파일에서의 크기</translation>
    </message>
    <message>
        <source>Objective after quantization over the objective of leaving the layer out; known after a job</source>
        <translation>양자화한 뒤의 목적값을 층을 뺐을 때의 목적값으로 나눈 것. 작업 뒤에 알 수 있습니다</translation>
    </message>
    <message>
        <source>sensitivity not measured</source>
        <translation>민감도 측정 안 됨</translation>
    </message>
    <message>
        <source>sensitivity %1</source>
        <translation>민감도 %1</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>민감도</translation>
    </message>
    <message>
        <source>How much the mean loss of a token is predicted to rise when this tensor alone gets the smallest type; the bar is logarithmic</source>
        <translation>이 텐서만 가장 작은 타입이 될 때 토큰의 평균 손실이 얼마나 오를지의 예상값. 막대는 로그 눈금입니다</translation>
    </message>
</context>
<context>
    <name>bitloom::TensorTable</name>
    <message>
        <source>Filter by name or type (a regular expression), for example  mlp|q_proj</source>
        <translation>이름이나 유형으로 거르기(정규식), 예:  mlp|q_proj</translation>
    </message>
    <message>
        <source>Filter of the tensors</source>
        <translation>텐서 거르기</translation>
    </message>
    <message>
        <source>Only &amp;quantizable</source>
        <translation>양자화할 수 있는 것만(&amp;Q)</translation>
    </message>
    <message>
        <source>Only linear layers of decoder blocks</source>
        <translation>디코더 블록의 선형 층만</translation>
    </message>
    <message>
        <source>Tensors of the model</source>
        <translation>모델의 텐서</translation>
    </message>
    <message>
        <source>&amp;Copy as table</source>
        <translation>표로 복사(&amp;C)</translation>
    </message>
    <message>
        <source>The filter is not a regular expression: %1 at character %2. The table shows the filter before.</source>
        <translation>거르기가 정규식이 아닙니다: %2번째 글자에서 %1. 표는 이전의 거르기를 보여 줍니다.</translation>
    </message>
    <message>
        <source>Open a model to see its tensors</source>
        <translation>모델을 열면 텐서가 보입니다</translation>
    </message>
    <message>
        <source>%1 tensors</source>
        <translation>텐서 %1개</translation>
    </message>
    <message>
        <source>%1 of %2 tensors</source>
        <translation>텐서 %2개 중 %1개</translation>
    </message>
</context>
<context>
    <name>bitloom::TimeSeriesPlot</name>
    <message>
        <source>Nothing has been measured yet.</source>
        <translation>아직 측정한 것이 없습니다.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>seconds ago</source>
        <translation>초 전</translation>
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
        <translation>%1초 전: %2</translation>
    </message>
</context>
<context>
    <name>bitloom::TokenChoicePlot</name>
    <message>
        <source>Probabilities of the next token</source>
        <translation>다음 토큰의 확률</translation>
    </message>
    <message>
        <source>Where the texts part, both models&apos; probabilities are shown here. Click at any token to see what was considered there.</source>
        <translation>텍스트가 갈라지는 곳에서 두 모델의 확률을 여기에 보여 줍니다. 토큰을 누르면 그 자리에서 고려한 것을 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>probability, %</source>
        <translation>확률, %</translation>
    </message>
    <message>
        <source>was written</source>
        <translation>쓴 토큰</translation>
    </message>
    <message>
        <source>%1: “%2” %3 %</source>
        <translation>%1: “%2” %3 %</translation>
    </message>
    <message>
        <source>, taken: the text ends</source>
        <translation>, 선택됨: 텍스트가 끝남</translation>
    </message>
    <message>
        <source>, written</source>
        <translation>, 쓴 토큰</translation>
    </message>
    <message>
        <source>Probabilities at %1</source>
        <translation>%1의 확률</translation>
    </message>
</context>
<context>
    <name>bitloom::Tour</name>
    <message>
        <source>&amp;Back</source>
        <translation>뒤로(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Skip the tour</source>
        <translation>둘러보기 그만두기(&amp;S)</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>끝(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>다음(&amp;N)</translation>
    </message>
</context>
<context>
    <name>bitloom::TypeMap</name>
    <message>
        <source>Bits of each layer</source>
        <translation>레이어별 비트</translation>
    </message>
    <message>
        <source>Choose a GGUF type or a target size to see the bits that each layer gets.</source>
        <translation>GGUF 타입이나 목표 크기를 고르면 각 레이어의 비트가 보입니다.</translation>
    </message>
    <message>
        <source>block</source>
        <translation>블록</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>비트</translation>
    </message>
    <message>
        <source>%1: %2, %3 bits per weight</source>
        <translation>%1: %2, 가중치당 %3비트</translation>
    </message>
</context>
<context>
    <name>bitloom::VerificationPanel</name>
    <message>
        <source>Not run in llama.cpp yet. “Verify in llama.cpp” loads the GGUF file there and shows its quality, speed and text beside the original&apos;s.</source>
        <translation>아직 llama.cpp에서 실행하지 않았습니다. “llama.cpp에서 검증”은 GGUF 파일을 그곳에서 읽어 품질, 속도, 글을 원본 옆에 보여 줍니다.</translation>
    </message>
    <message>
        <source>Figures that llama.cpp measured</source>
        <translation>llama.cpp가 측정한 수치</translation>
    </message>
    <message>
        <source>What the files write</source>
        <translation>파일들이 쓰는 글</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>원본</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Of the file</source>
        <translation>파일의 크기</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>가중치당 비트</translation>
    </message>
    <message>
        <source>Over all tensors, embeddings too</source>
        <translation>임베딩을 포함한 모든 텐서</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>퍼플렉시티</translation>
    </message>
    <message>
        <source>How surprised the model is by the text; lower is better</source>
        <translation>모델이 텍스트에 얼마나 놀라는지. 낮을수록 좋음</translation>
    </message>
    <message>
        <source>Perplexity over the original&apos;s</source>
        <translation>원본에 대한 퍼플렉시티 비율</translation>
    </message>
    <message>
        <source>Paired on the same tokens, so that its standard error is small</source>
        <translation>같은 토큰에서 짝지었으므로 표준 오차가 작습니다</translation>
    </message>
    <message>
        <source>KL divergence, mean</source>
        <translation>KL 발산, 평균</translation>
    </message>
    <message>
        <source>How far the next-token distribution moved from the original&apos;s, in nats</source>
        <translation>다음 토큰의 분포가 원본에서 얼마나 옮겨졌는지(나트)</translation>
    </message>
    <message>
        <source>KL divergence, median</source>
        <translation>KL 발산, 중앙값</translation>
    </message>
    <message>
        <source>Half of the tokens moved less than this</source>
        <translation>토큰의 절반이 이보다 적게 움직임</translation>
    </message>
    <message>
        <source>KL divergence, 99th percentile</source>
        <translation>KL 발산, 99백분위수</translation>
    </message>
    <message>
        <source>One token in a hundred moved more than this</source>
        <translation>토큰 백 개 중 하나가 이보다 많이 움직임</translation>
    </message>
    <message>
        <source>Same most likely token, %</source>
        <translation>같은 최상위 토큰, %</translation>
    </message>
    <message>
        <source>How often the original would pick the same next token</source>
        <translation>원본이 같은 다음 토큰을 고르는 빈도</translation>
    </message>
    <message>
        <source>Prompt, tokens per second</source>
        <translation>프롬프트, 초당 토큰</translation>
    </message>
    <message>
        <source>The fastest of several runs by llama.cpp&apos;s own clock</source>
        <translation>llama.cpp의 시계로 잰 여러 번 중 가장 빠른 것</translation>
    </message>
    <message>
        <source>Generation, tokens per second</source>
        <translation>생성, 초당 토큰</translation>
    </message>
    <message>
        <source> – the same</source>
        <translation> – 같음</translation>
    </message>
    <message>
        <source> – the same for %1 of %2 tokens</source>
        <translation> – 토큰 %2개 중 %1개가 같음</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>지표</translation>
    </message>
    <message>
        <source>llama.cpp loads it. Its perplexity there is %1, in Bitloom&apos;s own engine %2; the two differ by a KL divergence of %3 and %4 in the largest logit.</source>
        <translation>llama.cpp가 읽습니다. 그곳의 퍼플렉시티는 %1, Bitloom 자체 엔진은 %2이며, 둘의 KL 발산은 %3, 로짓 차이는 최대 %4입니다.</translation>
    </message>
    <message>
        <source>Verification in llama.cpp</source>
        <translation>llama.cpp에서의 검증</translation>
    </message>
</context>
<context>
    <name>bitloom::ViewDock</name>
    <message>
        <source>Drag to move this view; double-click to tear it off</source>
        <translation>끌면 이 보기를 옮기고, 두 번 누르면 떼어 냅니다</translation>
    </message>
    <message>
        <source>Tear off, or put back</source>
        <translation>떼어 내거나 되돌리기</translation>
    </message>
    <message>
        <source>Hide this view</source>
        <translation>이 보기 숨기기</translation>
    </message>
</context>
<context>
    <name>bitloom::WeightHistogramView</name>
    <message>
        <source>Weights</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>Select a tensor in the table to see how its weights are spread.</source>
        <translation>표에서 텐서를 고르면 가중치가 어떻게 퍼져 있는지 보입니다.</translation>
    </message>
    <message>
        <source>&amp;Logarithmic counts</source>
        <translation>로그 개수(&amp;L)</translation>
    </message>
    <message>
        <source>Weights of %1</source>
        <translation>%1의 가중치</translation>
    </message>
    <message>
        <source>Weights of %1, row %2</source>
        <translation>%1의 가중치, 행 %2</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>weights per bin, log</source>
        <translation>구간당 가중치, 로그</translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation>구간당 가중치</translation>
    </message>
    <message>
        <source>mean %1 (solid), standard deviation %2 (dashed), from %3 to %4</source>
        <translation>평균 %1 (실선), 표준 편차 %2 (점선), %3부터 %4까지</translation>
    </message>
    <message>
        <source>%1 weights from %2 to %3</source>
        <translation>%2부터 %3까지 가중치 %1개</translation>
    </message>
</context>
</TS>
