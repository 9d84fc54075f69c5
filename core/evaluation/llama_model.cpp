// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/llama_model.h"

#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/evaluation/captured_log.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <cstring>
#include <llama.h>
#include <mutex>
#include <vector>

namespace bitloom {
namespace {

bool stopRequested(void* stop)
{
    return static_cast<const std::stop_token*>(stop)->stop_requested();
}

} // namespace

void LlamaModel::FreeModel::operator()(llama_model* model) const
{
    llama_model_free(model);
}

void LlamaModel::FreeContext::operator()(llama_context* context) const
{
    llama_free(context);
}

Result<LlamaModel> LlamaModel::load(const std::filesystem::path& file, int context)
{
    static std::once_flag initialized;
    std::call_once(initialized, [] { llama_backend_init(); });
    const CapturedLog log;

    auto modelParameters = llama_model_default_params();
    modelParameters.n_gpu_layers = 0;
    modelParameters.use_extra_bufts = false;
    modelParameters.check_tensors = true;
    LlamaModel loaded;
    loaded.m_name = file.string();
    loaded.m_model.reset(llama_model_load_from_file(file.c_str(), modelParameters));
    if (!loaded.m_model)
        return fail(ErrorCode::InvalidInput, "{}: llama.cpp does not load it: {}", file.string(), log.errors());

    auto contextParameters = llama_context_default_params();
    contextParameters.n_ctx = static_cast<std::uint32_t>(context);
    contextParameters.n_batch = contextParameters.n_ctx;
    contextParameters.n_ubatch = std::min(contextParameters.n_ctx, 512u);
    contextParameters.n_seq_max = 1;
    contextParameters.n_threads_batch = threadCount();
    contextParameters.n_threads = std::max(1, threadCount() / 2); // one token at a time is mostly waiting at barriers, which a busy machine makes slow
    contextParameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    contextParameters.type_k = contextParameters.type_v = GGML_TYPE_F32;
    contextParameters.offload_kqv = false;
    contextParameters.op_offload = false;
    contextParameters.no_perf = false;
    loaded.m_context.reset(llama_init_from_model(loaded.m_model.get(), contextParameters));
    if (!loaded.m_context)
        return fail(ErrorCode::InvalidInput, "{}: llama.cpp makes no context of {} tokens for it: {}", file.string(), context, log.errors());
    loaded.m_length = context;
    return loaded;
}

std::int64_t LlamaModel::vocabularySize() const
{
    return llama_vocab_n_tokens(llama_model_get_vocab(m_model.get()));
}

double LlamaModel::bitsPerWeight() const
{
    return 8 * static_cast<double>(llama_model_size(m_model.get())) / static_cast<double>(std::max<std::uint64_t>(1, llama_model_n_params(m_model.get())));
}

Result<void> LlamaModel::decode(std::span<const std::int32_t> tokens, std::int64_t firstPosition, std::int64_t firstOutput,
    std::int64_t outputs, std::stop_token stop)
{
    if (tokens.empty() || firstPosition + static_cast<std::int64_t>(tokens.size()) > m_length)
        return fail(ErrorCode::Internal, "{}: {} tokens at position {} do not fit a context of {}", m_name, tokens.size(), firstPosition, m_length);
    std::vector<llama_token> ids(tokens.begin(), tokens.end());
    std::vector<llama_pos> positions(ids.size());
    std::vector<std::int32_t> sequenceCounts(ids.size(), 1);
    llama_seq_id sequence = 0;
    std::vector<llama_seq_id*> sequences(ids.size(), &sequence);
    std::vector<std::int8_t> wanted(ids.size(), 0);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        positions[i] = static_cast<llama_pos>(firstPosition) + static_cast<llama_pos>(i);
        wanted[i] = static_cast<std::int64_t>(i) >= firstOutput && static_cast<std::int64_t>(i) < firstOutput + outputs;
    }
    llama_batch batch {};
    batch.n_tokens = static_cast<std::int32_t>(ids.size());
    batch.token = ids.data();
    batch.pos = positions.data();
    batch.n_seq_id = sequenceCounts.data();
    batch.seq_id = sequences.data();
    batch.logits = wanted.data();

    const CapturedLog log;
    llama_set_abort_callback(m_context.get(), &stopRequested, &stop);
    const auto status = llama_decode(m_context.get(), batch);
    llama_set_abort_callback(m_context.get(), nullptr, nullptr);
    if (stop.stop_requested())
        return cancelled();
    if (status != 0)
        return fail(ErrorCode::Internal, "{}: llama.cpp fails to run it (status {}): {}", m_name, status, log.errors());
    return {};
}

Result<torch::Tensor> LlamaModel::logits(std::span<const std::int32_t> tokens, std::int64_t first, std::int64_t count, std::stop_token stop)
{
    clear();
    BITLOOM_CHECK(decode(tokens, 0, first, count, stop));
    const auto vocabulary = vocabularySize();
    auto result = torch::empty({ count, vocabulary }, torch::kFloat32);
    for (std::int64_t row = 0; row < count; ++row) {
        const float* values = llama_get_logits_ith(m_context.get(), static_cast<std::int32_t>(first + row));
        if (values == nullptr)
            return fail(ErrorCode::Internal, "{}: llama.cpp has no logits for position {}", m_name, first + row);
        std::memcpy(result.data_ptr<float>() + row * vocabulary, values, static_cast<std::size_t>(vocabulary) * sizeof(float));
    }
    return result;
}

Result<LlamaText> LlamaModel::continueGreedily(const std::string& prompt, int maximumTokens, std::stop_token stop)
{
    const auto* vocabulary = llama_model_get_vocab(m_model.get());
    std::vector<llama_token> tokens(prompt.size() + 8);
    const auto count = llama_tokenize(vocabulary, prompt.data(), static_cast<std::int32_t>(prompt.size()), tokens.data(),
        static_cast<std::int32_t>(tokens.size()), true, false);
    if (count <= 0)
        return fail(ErrorCode::Internal, "{}: llama.cpp makes no tokens of the prompt", m_name);
    tokens.resize(static_cast<std::size_t>(count));

    clear();
    LlamaText made;
    std::int64_t position = 0;
    for (int i = 0; i < maximumTokens && position + static_cast<std::int64_t>(tokens.size()) <= m_length; ++i) {
        const auto last = static_cast<std::int64_t>(tokens.size()) - 1;
        BITLOOM_CHECK(decode(tokens, position, last, 1, stop));
        position += last + 1;
        const float* logits = llama_get_logits_ith(m_context.get(), -1);
        if (logits == nullptr)
            return fail(ErrorCode::Internal, "{}: llama.cpp has no logits for the next token", m_name);
        const auto next = static_cast<llama_token>(std::max_element(logits, logits + vocabularySize()) - logits);
        if (llama_vocab_is_eog(vocabulary, next))
            break;
        std::string piece(256, '\0');
        const auto length = llama_token_to_piece(vocabulary, next, piece.data(), static_cast<std::int32_t>(piece.size()), 0, false);
        if (length > 0)
            made.text.append(piece, 0, static_cast<std::size_t>(length));
        made.tokens.push_back(next);
        tokens.assign(1, next);
    }
    while (!isUtf8(made.text)) // the last character may still wait for its other tokens
        made.text.pop_back();
    return made;
}

Result<double> LlamaModel::promptSpeed(std::span<const std::int32_t> tokens, std::stop_token stop)
{
    clear();
    llama_perf_context_reset(m_context.get());
    BITLOOM_CHECK(decode(tokens, 0, static_cast<std::int64_t>(tokens.size()) - 1, 1, stop));
    llama_synchronize(m_context.get());
    return 1000 * static_cast<double>(tokens.size()) / std::max(llama_perf_context(m_context.get()).t_p_eval_ms, 1e-6);
}

Result<double> LlamaModel::generationSpeed(std::span<const std::int32_t> tokens, std::stop_token stop)
{
    clear();
    BITLOOM_CHECK(decode(tokens.first(1), 0, 0, 1, stop)); // the first one wakes the threads up
    llama_synchronize(m_context.get());
    llama_perf_context_reset(m_context.get());
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        BITLOOM_CHECK(decode(tokens.subspan(i, 1), static_cast<std::int64_t>(i), 0, 1, stop));
        llama_synchronize(m_context.get());
    }
    return 1000 * static_cast<double>(tokens.size() - 1) / std::max(llama_perf_context(m_context.get()).t_eval_ms, 1e-6);
}

void LlamaModel::clear()
{
    llama_memory_clear(llama_get_memory(m_context.get()), true);
}

} // namespace bitloom
