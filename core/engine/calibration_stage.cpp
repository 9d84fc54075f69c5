// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/calibration_stage.h"

#include "core/calibration/corpus.h"
#include "core/engine/rank_messages.h"
#include "core/engine/ranked_calibration.h"
#include "core/engine/resource_usage.h"
#include "core/engine/saliency.h"
#include "core/io/safetensors.h"
#include "core/model/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iterator>
#include <set>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using Clock = std::chrono::steady_clock;

    /// Raised when calibration computes something else from the same facts, so that older statistics are not mistaken for it.
    constexpr int calibrationVersion = 1;

    std::span<const std::int64_t> values(const torch::Tensor& tokens)
    {
        return { tokens.data_ptr<std::int64_t>(), static_cast<std::size_t>(tokens.numel()) };
    }

    Result<void> writeTokens(const fs::path& path, const torch::Tensor& tokens)
    {
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        if (error)
            return fail(ErrorCode::Io, "{}: cannot be made: {}", path.parent_path().string(), error.message());
        TensorData data { "token_ids", ScalarType::I64, tokens.sizes().vec(), std::as_bytes(values(tokens)), nullptr };
        return writeSafetensors(path, { data }, { { "checksum", checksum(data.bytes) } });
    }

    /// An undefined tensor where there is no sound file.
    torch::Tensor readTokens(const fs::path& path, std::int64_t sequences, std::int64_t length)
    {
        const auto file = SafetensorsFile::open(path);
        const TensorData* data = file ? file->find("token_ids") : nullptr;
        if (data == nullptr || data->type != ScalarType::I64 || data->shape != std::vector<std::int64_t> { sequences, length })
            return {};
        const auto expected = file->metadata().find("checksum");
        if (expected == file->metadata().end() || expected->second != checksum(data->bytes))
            return {};
        auto tokens = torch::empty({ sequences, length }, torch::kInt64);
        std::memcpy(tokens.data_ptr(), data->bytes.data(), data->bytes.size());
        return tokens;
    }
}

CalibrationStage::CalibrationStage(const PreparedJob& job, JobListener& listener, JobControl& control, Ranks& ranks)
    : m_job(job)
    , m_listener(listener)
    , m_control(control)
    , m_ranks(ranks)
{
}

Result<void> CalibrationStage::readText()
{
    if (m_job.recipe.calibration.empty())
        return {};
    BITLOOM_TRY(const auto tokenizer, m_job.source.tokenizer());
    const std::vector<fs::path> files(m_job.recipe.calibration.begin(), m_job.recipe.calibration.end());
    BITLOOM_TRY(m_tokens, readCorpus(files, *tokenizer, m_job.recipe.sequences, m_job.recipe.sequenceLength));
    m_tokens = m_tokens.contiguous();
    return {};
}

Result<void> CalibrationStage::loadModel()
{
    if (m_model)
        return {};
    BITLOOM_CHECK(m_control.checkpoint());
    const auto start = Clock::now();
    m_listener.event(ProgressEvent { { "load", "bytes", 0, 0, m_job.source.name, 0, -1 } });
    BITLOOM_TRY(m_model, loadForCalibration(m_job));
    m_loadSeconds += std::chrono::duration<double>(Clock::now() - start).count();
    return {};
}

Result<void> CalibrationStage::prepareTokens(const Project& project, const std::string& modelIdentity)
{
    const Recipe& recipe = m_job.recipe;
    if (!m_tokens.defined()) {
        const Fingerprint written { { { "model_files", modelIdentity }, { "sequences", recipe.sequences }, { "sequence_length", recipe.sequenceLength },
            { "seed", recipe.seed }, { "compute_dtype", recipe.computeDtype }, { "device", recipe.device } } };
        const fs::path path = project.folder() / "calibration" / ("text-" + written.id() + ".safetensors");
        m_tokens = readTokens(path, recipe.sequences, recipe.sequenceLength);
        if (!m_tokens.defined()) {
            BITLOOM_CHECK(loadModel());
            logTo(m_listener, "info", "no calibration text is given: the model writes {} tokens itself", recipe.sequences * recipe.sequenceLength);
            ProgressToListener progress(m_listener);
            BITLOOM_TRY(m_tokens, writeCorpus(*m_model, recipe.sequences, recipe.sequenceLength, recipe.seed, progress, m_control));
            m_tokens = m_tokens.to(torch::kCPU).contiguous();
            BITLOOM_CHECK(writeTokens(path, m_tokens));
        }
    }
    return {};
}

Fingerprint CalibrationStage::fingerprint(const std::string& modelIdentity) const
{
    return { { { "version", calibrationVersion }, { "model_files", modelIdentity }, { "calibration_text", tokenIdentity(values(m_tokens)) },
        { "sequences", m_tokens.size(0) }, { "sequence_length", m_tokens.size(1) }, { "groups", m_job.recipe.groups },
        { "held_out_sequences", m_job.heldOutSequences }, { "compute_dtype", m_job.recipe.computeDtype }, { "device", m_job.recipe.device } } };
}

void CalibrationStage::announce(LayerState state, const std::vector<LinearLayer>& layers)
{
    for (const LinearLayer& layer : layers) {
        LayerEvent event;
        event.layer = layer.name;
        event.block = static_cast<int>(layer.block);
        event.module = layer.module;
        event.state = state;
        m_listener.event(event);
    }
}

Result<void> CalibrationStage::run(const Project& project, CalibrationStore& store, const LayersMeasured& measured)
{
    const fs::path overview = store.folder() / "saliency.json";
    CalibrationContent content = m_job.needed;
    if (const auto found = store.content()) {
        const auto sound = store.verify(m_job.layers);
        if (sound && found->covers(m_job.needed)) {
            logTo(m_listener, "info", "the calibration in {} is used", store.folder().string());
            if (const auto saliency = readSaliency(overview)) {
                m_listener.event(*saliency);
                BITLOOM_CHECK(project.setSaliency(*saliency));
            }
            releaseModel();
            return measured(m_job.layers);
        }
        if (sound)
            content = content.with(*found);
        else
            logTo(m_listener, "warning", "the calibration is damaged and is made again: {}", sound.error().message);
    }
    BITLOOM_CHECK(tellRanksToCalibrate(content));
    BITLOOM_CHECK(loadModel());
    BITLOOM_CHECK(measure(store, project, content, overview, measured));
    releaseModel();
    return {};
}

void CalibrationStage::releaseModel()
{
    m_model.reset();
    returnFreedMemory();
}

Result<void> CalibrationStage::tellRanksToCalibrate(const CalibrationContent& content) const
{
    const RankMessage command { { { "do", "calibrate" }, { "schedule", m_job.schedule },
                                    { "content",
                                        { { "guided_hessian", content.guidedHessian }, { "plain_hessian", content.plainHessian },
                                            { "fisher_diagonal", content.fisherDiagonal } } } },
        { { "token_ids", ScalarType::I64, m_tokens.sizes().vec(), std::as_bytes(values(m_tokens)), std::make_shared<torch::Tensor>(m_tokens) } } };
    return tellRanks(m_ranks, command);
}

Result<void> CalibrationStage::measure(CalibrationStore& store, const Project& project, const CalibrationContent& content, const fs::path& overview,
    const LayersMeasured& measured)
{
    SaliencyEvent saliency = emptySaliency(m_job.source.config);
    std::set<std::string> there; // from a calibration that did not come to its end
    if (m_ranks.count() == 1) {
        BITLOOM_TRY(const std::vector<LinearLayer> sound, store.goOn(m_job.layers, content));
        for (const LinearLayer& layer : sound) {
            there.insert(layer.name);
            if (!content.guidedHessian)
                continue;
            if (const auto diagonal = store.readGuidedDiagonal(layer))
                measureSaliency(saliency, layer, *diagonal);
        }
        if (!sound.empty()) {
            logTo(m_listener, "info", "the statistics of {} of {} layers were measured before", sound.size(), m_job.layers.size());
            BITLOOM_CHECK(measured(sound));
        }
    } else {
        BITLOOM_CHECK(store.begin());
    }
    const auto wanted = [&](const LinearLayer& layer) { return !there.contains(layer.name); };
    const auto wantedOf = [&](std::int64_t block) {
        std::vector<LinearLayer> layers;
        std::copy_if(m_job.layers.begin(), m_job.layers.end(), std::back_inserter(layers), [&](const LinearLayer& layer) { return layer.block == block && wanted(layer); });
        return layers;
    };
    CalibrationOptions options = calibrationOptions(m_job, content);
    if (!there.empty())
        options.wanted = wanted;
    announce(LayerState::Calibrating, wantedOf(m_job.source.config.blocks - 1));
    const BlockStatisticsSink sink = [&](std::int64_t block, std::vector<LayerStatistics> statistics) -> Result<void> {
        std::vector<LinearLayer> layers;
        for (const LayerStatistics& layer : statistics) {
            measureSaliency(saliency, layer);
            layers.push_back(layer.layer);
        }
        BITLOOM_CHECK(store.writeLayers(std::move(statistics)));
        if (content.guidedHessian)
            m_listener.event(saliency);
        announce(LayerState::Waiting, layers);
        BITLOOM_CHECK(measured(layers));
        if (layers.back().name == wantedOf(block).back().name) // the block's last sweep
            announce(LayerState::Calibrating, wantedOf(block - 1));
        return {};
    };
    ProgressToListener progress(m_listener);
    BITLOOM_TRY(const std::unique_ptr<DeviceLink> link, linkOf(m_ranks, m_job.device, m_control));
    RankedCalibration chain(m_ranks, content, m_job.layers, m_job.device, link.get());
    BITLOOM_TRY(std::vector<double> losses, calibrate(*m_model, m_tokens, options, sink, progress, m_control, m_ranks.count() > 1 ? &chain : nullptr));
    BITLOOM_CHECK(gatherLosses(m_ranks, losses));
    if (content.guidedHessian) {
        BITLOOM_CHECK(writeSaliency(overview, saliency));
        BITLOOM_CHECK(project.setSaliency(saliency));
    }
    return store.finish(content, m_tokens.numel(), losses);
}

Result<CausalLm> loadForCalibration(const PreparedJob& job)
{
    return job.schedule.streamed ? CausalLm::stream(job.source, job.computeDtype, job.device) : CausalLm::load(job.source, job.computeDtype, job.device);
}

CalibrationOptions calibrationOptions(const PreparedJob& job, const CalibrationContent& content)
{
    CalibrationOptions options;
    options.groups = job.recipe.groups;
    options.guidedHessian = content.guidedHessian;
    options.plainHessian = content.plainHessian;
    options.fisherDiagonal = content.fisherDiagonal;
    options.heldOutSequences = job.heldOutSequences;
    options.schedule = job.schedule.calibration;
    return options;
}

} // namespace bitloom
